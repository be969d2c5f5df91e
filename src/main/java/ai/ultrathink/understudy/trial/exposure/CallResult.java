package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The result of asking a model under an experiment.
 *
 * @param outcome of the model that was asked
 * @param withdrawn why it was not asked after all, when its access was withdrawn while the request waited; else null
 * @param control control's outcome where the treatment failed and control was asked in its place; else null
 */
public record CallResult(
        Outcome outcome,
        @Nullable Fallback withdrawn,
        @Nullable Outcome control) {

    /** Of a call that ran its course. */
    public static CallResult of(Outcome outcome) {
        return new CallResult(outcome, null, null);
    }

    /** The same, of a call that was withdrawn. */
    public CallResult withdrawn(Fallback why) {
        return new CallResult(outcome, why, control);
    }

    /** The same, with control's outcome beside it. */
    public CallResult with(Outcome controlOutcome) {
        return new CallResult(outcome, withdrawn, controlOutcome);
    }

    /** Why control answers for this treatment; null when the treatment answered. */
    public @Nullable Fallback fallback() {
        if (withdrawn != null) {
            return withdrawn;
        }
        return outcome instanceof Outcome.Failure failure ? Fallback.of(failure) : null;
    }
}
