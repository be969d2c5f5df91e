package ai.ultrathink.understudy.outcome;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one prediction under a test: one row of {@code ab_test_results}.
 *
 * <p>Assigned is not served: {@code assigned} is what the unit drew, {@code servedBy} whose answer the caller got.
 *
 * @param rowId unique and time-ordered (UUID version 7); storing the same observation twice stores it once
 * @param time when the request came
 * @param testId the test that applied
 * @param generation the test's configuration when it applied
 * @param requestId the caller's name for the request
 * @param unitId what assignment stuck to
 * @param symbol what the prediction is about
 * @param assigned the group drawn
 * @param servedBy whose answer the caller got, or null when control failed and nobody answered
 * @param fallback why control answered for treatment, or null
 * @param configuredSplit treatment's fraction when the row was made, or null for a shadow row
 * @param control what control did, or null when it did not run
 * @param treatment what treatment did, or null when it did not run
 * @param controlModel the version that was control then, whether or not it ran; null where none is known. Of an answer it is the
 *     version that gave it
 * @param treatmentModel the version that was treatment then, likewise
 * @param pairing what became of a split's request that was drawn to be answered by both; null for the others, and for a shadow
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
        @Nullable Pairing pairing) {

    public Observation {
        controlModel = version(control, controlModel);
        treatmentModel = version(treatment, treatmentModel);
    }

    /** One of which no more is known of the models than what they answered, and that is no pair of a split. */
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
                null);
    }

    private static @Nullable ModelVersion version(@Nullable Outcome outcome, @Nullable ModelVersion known) {
        return outcome instanceof Outcome.Answered answered ? answered.by() : known;
    }

    /** Treatment against control, where both answered. */
    public Optional<Comparison> comparison() {
        return control instanceof Outcome.Answered c && treatment instanceof Outcome.Answered t
                ? Optional.of(Comparison.of(c, t))
                : Optional.empty();
    }

    /** The same observation, with what became of the model that still ran. A pair whose second model got no turn is none. */
    public Observation with(Variant second, Outcome outcome) {
        boolean refused = pairing == Pairing.PAIRED && outcome instanceof Outcome.Rejected;
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
                refused ? Pairing.SHED : pairing);
    }
}
