package ai.ultrathink.understudy.outcome;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Record of one prediction in an experiment: one row of {@code ab_test_results}.
 *
 * <p>Assigned is not served: {@code assigned} is the group of the unit, {@code servedBy} the model whose answer the
 * caller got.
 *
 * @param rowId unique and time-ordered (UUID version 7); storing the same observation twice stores it once
 * @param time when the request arrived
 * @param testId the experiment that applied
 * @param generation the experiment's generation when it applied
 * @param requestId the caller's id for the request
 * @param unitId the unit that was assigned
 * @param symbol what the prediction is about
 * @param assigned the group of the unit
 * @param servedBy the model whose answer the caller got, or null if control failed and there was no answer
 * @param fallback why control answered for treatment, or null
 * @param configuredSplit treatment's fraction when the request arrived, or null for a shadow row
 * @param control control's outcome, or null if it did not run
 * @param treatment treatment's outcome, or null if it did not run
 * @param controlModel the version of control at that time, whether or not it ran; null if unknown. If it answered, the
 *     version that answered
 * @param treatmentModel the version of treatment, likewise
 * @param pairing the result of asking the second model of a pair in a split; null for other requests and for a shadow
 * @param controlTiming whether control answered within the treatment's deadline; null if it was not asked for the caller, or in
 *     an observation of an earlier release
 * @param trace the trace of the request; null if it was not sampled
 */
public record Observation(
        UUID rowId,
        Instant time,
        String testId,
        long generation,
        String requestId,
        String unitId,
        String symbol,
        Group assigned,
        @Nullable Variant servedBy,
        @Nullable Fallback fallback,
        @Nullable Double configuredSplit,
        @Nullable Outcome control,
        @Nullable Outcome treatment,
        @Nullable ModelVersion controlModel,
        @Nullable ModelVersion treatmentModel,
        @Nullable Pairing pairing,
        @Nullable Timing controlTiming,
        @Nullable TraceRef trace) {

    public Observation {
        controlModel = version(control, controlModel);
        treatmentModel = version(treatment, treatmentModel);
    }

    /** An observation without a pair and a trace, whose versions are known only from the answers. */
    public Observation(
            UUID rowId,
            Instant time,
            String testId,
            long generation,
            String requestId,
            String unitId,
            String symbol,
            Group assigned,
            @Nullable Variant servedBy,
            @Nullable Fallback fallback,
            @Nullable Double configuredSplit,
            @Nullable Outcome control,
            @Nullable Outcome treatment) {
        this(
                rowId,
                time,
                testId,
                generation,
                requestId,
                unitId,
                symbol,
                assigned,
                servedBy,
                fallback,
                configuredSplit,
                control,
                treatment,
                null,
                null,
                null,
                null,
                null);
    }

    private static @Nullable ModelVersion version(@Nullable Outcome outcome, @Nullable ModelVersion known) {
        return outcome instanceof Outcome.Answered answered ? answered.by() : known;
    }

    /** The comparison of treatment with control, if both answered. */
    public Optional<Comparison> comparison() {
        return control instanceof Outcome.Answered c && treatment instanceof Outcome.Answered t
                ? Optional.of(Comparison.of(c, t))
                : Optional.empty();
    }

    /**
     * The same observation with the outcome of the model that was still running. If there was no capacity for
     * it, there is no pair.
     */
    public Observation with(Variant second, Outcome outcome) {
        boolean refused = pairing == Pairing.PAIRED && outcome.lackOfCapacity();
        return new Observation(
                rowId,
                time,
                testId,
                generation,
                requestId,
                unitId,
                symbol,
                assigned,
                servedBy,
                fallback,
                configuredSplit,
                second == Variant.CONTROL ? outcome : control,
                second == Variant.TREATMENT ? outcome : treatment,
                controlModel,
                treatmentModel,
                refused ? Pairing.SHED : pairing,
                controlTiming,
                trace);
    }
}
