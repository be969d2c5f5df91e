package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.Variant;
import org.jspecify.annotations.Nullable;

/**
 * One request as it is stored.
 *
 * @param minute of the request, counted from the beginning
 * @param unit who asked
 * @param assigned to this variant; null in a shadow
 * @param withheld why treatment could not be used then, or null
 * @param control what control did, if it was asked for the comparison
 * @param treatment likewise
 * @param agrees whether both chose the same action, if both answered
 */
record SimulatedRow(
        long minute,
        SimulatedUnit unit,
        @Nullable Variant assigned,
        @Nullable Withheld withheld,
        @Nullable SimulatedPass control,
        @Nullable SimulatedPass treatment,
        boolean agrees) {

    /** Why the service does not use treatment. */
    enum Withheld {
        FENCED,
        GUARD_OPEN
    }

    /** Whether it was treatment's request, and the service did not use treatment for this reason. */
    boolean withheld(Withheld reason) {
        return withheld == reason && assigned != Variant.CONTROL;
    }

    boolean shadow() {
        return assigned == null;
    }
}
