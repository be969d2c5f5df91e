package ai.ultrathink.understudy.http.report;

import ai.ultrathink.understudy.evidence.Disagreement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of disagreements.
 *
 * @param next the value of {@code before} for the next page, or null if this is the last
 */
record DisagreementPage(
        String testId,
        List<Disagreement> disagreements,
        @Nullable String next) {

    /** @param found up to one row more than the page holds, which shows whether there is another page */
    static DisagreementPage of(String testId, List<Disagreement> found, int rows) {
        if (found.size() <= rows) {
            return new DisagreementPage(testId, found, null);
        }
        return new DisagreementPage(testId, found.subList(0, rows), PageKey.of(found.get(rows - 1)));
    }
}
