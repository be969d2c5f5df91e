package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import org.jspecify.annotations.Nullable;

/**
 * How a turn went, as far as it is known when the caller is answered.
 *
 * @param assigned what the unit drew
 * @param control what control did, or null when it did not run or still runs
 * @param treatment what treatment did, or null when it did not run or still runs
 * @param fallback why control answered for treatment, or null
 * @param pairing what became of a split's request that was drawn to be answered by both, or null
 * @param second what is still to be heard; null when there is nothing to wait for
 */
record ServingResult(
        Group assigned,
        @Nullable Outcome control,
        @Nullable Outcome treatment,
        @Nullable Fallback fallback,
        @Nullable Pairing pairing,
        @Nullable BackgroundCall second) {

    /** All of it is known. */
    static ServingResult done(
            Group assigned, @Nullable Outcome control, @Nullable Outcome treatment, @Nullable Fallback fallback) {
        return new ServingResult(assigned, control, treatment, fallback, null, null);
    }

    /** Control is done, treatment may not be. */
    static ServingResult shadowed(Outcome control, BackgroundCall treatment) {
        return new ServingResult(Group.SHADOW, control, null, null, null, treatment);
    }

    /** The same, of a request that was drawn to be answered by both. */
    ServingResult in(Pairing became) {
        return new ServingResult(assigned, control, treatment, fallback, became, second);
    }

    /** The same, while the other model is asked, too. */
    ServingResult beside(BackgroundCall other) {
        return new ServingResult(assigned, control, treatment, fallback, Pairing.PAIRED, other);
    }

    /** Whose answer the caller gets, or null when nobody has one to give. */
    @Nullable Variant servedBy() {
        if (assigned == Group.TREATMENT && fallback == null) {
            return Variant.TREATMENT;
        }
        return control instanceof Outcome.Answered ? Variant.CONTROL : null;
    }

    /** The outcome that the caller gets. Treatment's only when it was assigned and answered. */
    Outcome served() {
        Outcome served = assigned == Group.TREATMENT && fallback == null ? treatment : control;
        return served == null ? new Outcome.Rejected("no model ran") : served;
    }

    /** How the test placed the request, for whoever is answered; null when nobody is. */
    Reply.@Nullable Placement placement(Experiment experiment) {
        Variant server = servedBy();
        return server == null
                ? null
                : new Reply.Placement(
                        experiment.testId(), assigned, server, experiment.shadow(), experiment.generation(), fallback);
    }
}
