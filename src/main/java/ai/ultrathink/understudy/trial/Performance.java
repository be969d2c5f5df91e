package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How a turn went.
 *
 * @param assigned what the unit drew
 * @param control what control did, or null when it did not run
 * @param treatment what treatment did, or null when it did not run
 * @param fallback why control answered for treatment, or null
 */
record Performance(
        Group assigned,
        @Nullable Outcome control,
        @Nullable Outcome treatment,
        @Nullable Fallback fallback) {

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
}
