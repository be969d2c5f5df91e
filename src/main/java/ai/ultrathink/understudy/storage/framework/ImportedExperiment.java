package ai.ultrathink.understudy.storage.framework;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a test of the framework.
 *
 * @param configured whether ab_test_configs had it; else it was made up from its results
 * @param rows how many results the framework has of it
 * @param stored how many of them are new here; in a dry run, would be
 * @param known how many were here before
 * @param refused how many cannot be taken, by reason
 * @param problem why none of it was taken, or null
 */
public record ImportedExperiment(
        String testId,
        String mode,
        boolean configured,
        long rows,
        long stored,
        long known,
        Map<RowRefusal, Long> refused,
        @Nullable String problem) {

    public ImportedExperiment {
        Map<RowRefusal, Long> copy = new EnumMap<>(RowRefusal.class);
        copy.putAll(refused);
        refused = Collections.unmodifiableMap(copy);
    }

    static ImportedExperiment notTaken(FrameworkExperiment test, String problem) {
        return new ImportedExperiment(
                test.testId(), test.mode(), test.configured(), test.rows(), 0, 0, Map.of(), problem);
    }

    /** How many rows were left out, of which a problem leaves out all. */
    public long left() {
        return rows - stored - known;
    }

    /** Whether all that can be expected was taken. */
    public boolean complete() {
        return problem == null && refused.keySet().stream().allMatch(RowRefusal::expected);
    }
}
