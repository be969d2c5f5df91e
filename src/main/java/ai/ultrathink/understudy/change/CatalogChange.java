package ai.ultrathink.understudy.change;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one version of the catalog changed.
 *
 * @param testIds the experiments; null if there are too many to name
 */
public record CatalogChange(long version, @Nullable Set<String> testIds) {

    /** Whether an experiment may have been changed. */
    public boolean touches(String testId) {
        return testIds == null || testIds.contains(testId);
    }
}
