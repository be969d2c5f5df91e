package ai.ultrathink.understudy.trial.exposure;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import org.jspecify.annotations.Nullable;

/**
 * How an exposure was served, as far as it is known when the caller is answered.
 *
 * @param assigned what the unit drew
 * @param control what control did, or null when it did not run or still runs
 * @param treatment what treatment did, or null when it did not run or still runs
 * @param fallback why control answered for treatment, or null
 * @param pairing the result of asking the second model of a pair in a split, or null
 * @param second the call of the other model, whose result comes later; null when there is none
 */
public record ServingResult(
        Group assigned,
        @Nullable Outcome control,
        @Nullable Outcome treatment,
        @Nullable Fallback fallback,
        @Nullable Pairing pairing,
        @Nullable BackgroundCall second) {

    /** All of it is known. */
    public static ServingResult done(
            Group assigned, @Nullable Outcome control, @Nullable Outcome treatment, @Nullable Fallback fallback) {
        return new ServingResult(assigned, control, treatment, fallback, null, null);
    }

    /** Control is done, treatment may not be. */
    public static ServingResult shadowed(Outcome control, BackgroundCall treatment) {
        return new ServingResult(Group.SHADOW, control, null, null, null, treatment);
    }

    /** The same, of a request that was drawn to be answered by both. */
    public ServingResult in(Pairing became) {
        return new ServingResult(assigned, control, treatment, fallback, became, second);
    }

    /** The same, while the other model is asked, too. */
    public ServingResult beside(BackgroundCall other) {
        return new ServingResult(assigned, control, treatment, fallback, Pairing.PAIRED, other);
    }

    /** Whose answer the caller gets, or null when there is none. */
    public @Nullable Variant servedBy() {
        if (assigned == Group.TREATMENT && fallback == null) {
            return Variant.TREATMENT;
        }
        return control instanceof Outcome.Answered ? Variant.CONTROL : null;
    }

    /** The outcome that the caller gets. Treatment's only when it was assigned and answered. */
    public Outcome served() {
        Outcome served = assigned == Group.TREATMENT && fallback == null ? treatment : control;
        return served == null ? new Outcome.Rejected("no model ran") : served;
    }
}
