package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A page of the list of experiments. Without parameters it has all experiments, as in earlier releases, up to a limit.
 *
 * @param next where the next page is, or null if this is the last
 */
record ExperimentPage(List<ExperimentView> tests, @Nullable String next) {

    /** Maximum number of experiments on a page. */
    static final int MOST = 1000;

    private static final String AFTER_ALL = "~";

    /**
     * @param enabled only enabled or only disabled experiments, or null for all
     * @param before the experiment after which the page begins, or null
     */
    static ExperimentPage of(Catalog catalog, @Nullable Boolean enabled, int limit, @Nullable String before) {
        List<Experiment> found = catalog.all().stream()
                .filter(experiment -> enabled == null || experiment.enabled() == enabled)
                .filter(before == null ? experiment -> true : olderThan(before))
                .limit(limit + 1L)
                .toList();
        List<Experiment> page = found.subList(0, Math.min(limit, found.size()));
        return new ExperimentPage(
                page.stream()
                        .map(experiment -> ExperimentView.of(experiment, catalog))
                        .toList(),
                found.size() > limit ? link(page.getLast(), enabled, limit) : null);
    }

    Response answer() {
        Response.ResponseBuilder answer = Response.ok(tests);
        return (next == null ? answer : answer.header("Link", "<" + next + ">; rel=\"next\"")).build();
    }

    private static String link(Experiment last, @Nullable Boolean enabled, int limit) {
        return "/api/v1/ab-test/list?" + (enabled == null ? "" : "enabled=" + enabled + "&") + "limit=" + limit
                + "&before=" + last.createdAt() + "~" + last.testId();
    }

    /** Experiments after a key in the order of the list. */
    private static Predicate<Experiment> olderThan(String key) {
        int at = key.indexOf('~');
        try {
            Instant createdAt = Instant.parse(at < 0 ? key : key.substring(0, at));
            String testId = at < 0 ? AFTER_ALL : IdentifierRules.testId(key.substring(at + 1));
            return experiment -> experiment.createdAt().isBefore(createdAt)
                    || (experiment.createdAt().equals(createdAt)
                            && experiment.testId().compareTo(testId) > 0);
        } catch (DateTimeException | InvalidValueException e) {
            throw new InvalidValueException(
                    "before",
                    key,
                    "a value from the header Link of the preceding page, or a time such as 2026-11-24T12:00:00Z");
        }
    }
}
