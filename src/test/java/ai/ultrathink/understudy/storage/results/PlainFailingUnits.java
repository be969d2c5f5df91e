package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.outcome.Observation;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Units of a whole test that failed, each at its first failure with the same versions, counted one by one. */
final class PlainFailingUnits {

    private final Set<List<Object>> failed = new HashSet<>();
    private long control;
    private long treatment;
    private long controlOnly;
    private long treatmentOnly;

    /** Control, treatment, control only and treatment only. */
    static List<Long> of(List<List<Observation>> batches) {
        PlainFailingUnits units = new PlainFailingUnits();
        batches.forEach(batch ->
                batch.stream().sorted(Comparator.comparing(Observation::time)).forEach(units::add));
        return List.of(units.control, units.treatment, units.controlOnly, units.treatmentOnly);
    }

    private void add(Observation row) {
        boolean shadow = row.assigned() == Group.SHADOW;
        if (PlainFailures.control(row)
                && row.assigned() != Group.TREATMENT
                && first(shadow ? "shadow control" : "split", row)) {
            control++;
        }
        if (PlainFailures.treatment(row)
                && row.assigned() != Group.CONTROL
                && first(shadow ? "shadow treatment" : "split", row)) {
            treatment++;
        }
        if (PlainFailures.controlOnly(row) && first("pair", row)) {
            controlOnly++;
        }
        if (PlainFailures.treatmentOnly(row) && first("pair", row)) {
            treatmentOnly++;
        }
    }

    private boolean first(String kind, Observation row) {
        return row.unitId().equals(row.requestId())
                || failed.add(List.of(kind, digest(row.controlModel()), digest(row.treatmentModel()), row.unitId()));
    }

    private static String digest(@Nullable ModelVersion version) {
        return version == null ? "" : version.digest();
    }
}
