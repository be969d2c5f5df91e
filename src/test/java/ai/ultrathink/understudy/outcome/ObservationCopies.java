package ai.ultrathink.understudy.outcome;

import ai.ultrathink.understudy.experiment.ModelVersion;
import org.jspecify.annotations.Nullable;

/** Copies of observations with something changed, for tests. */
public final class ObservationCopies {

    private ObservationCopies() {}

    /** Of a request that was drawn to be answered by both models. */
    public static Observation paired(Observation o, Pairing pairing) {
        return copy(o, o.controlModel(), o.treatmentModel(), pairing);
    }

    /** Of a request that was sampled. */
    public static Observation traced(Observation o, TraceRef trace) {
        return copy(o, o.controlModel(), o.treatmentModel(), o.pairing(), o.controlTiming(), trace);
    }

    /** With the versions of both models, and drawn to be answered by both or not. */
    public static Observation copy(
            Observation o,
            @Nullable ModelVersion control,
            @Nullable ModelVersion treatment,
            @Nullable Pairing pairing) {
        return copy(o, control, treatment, pairing, o.controlTiming());
    }

    /** The same, with whether control answered in time. */
    public static Observation copy(
            Observation o,
            @Nullable ModelVersion control,
            @Nullable ModelVersion treatment,
            @Nullable Pairing pairing,
            @Nullable Timing controlTiming) {
        return copy(o, control, treatment, pairing, controlTiming, o.trace());
    }

    private static Observation copy(
            Observation o,
            @Nullable ModelVersion control,
            @Nullable ModelVersion treatment,
            @Nullable Pairing pairing,
            @Nullable Timing controlTiming,
            @Nullable TraceRef trace) {
        return new Observation(
                o.rowId(),
                o.time(),
                o.testId(),
                o.generation(),
                o.requestId(),
                o.unitId(),
                o.symbol(),
                o.assigned(),
                o.servedBy(),
                o.fallback(),
                o.configuredSplit(),
                o.control(),
                o.treatment(),
                control,
                treatment,
                pairing,
                controlTiming,
                trace);
    }
}
