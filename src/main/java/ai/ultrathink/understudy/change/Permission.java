package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.Experiment;
import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whether a change may be made at once. It is looked at under the lock of the experiment, when all other checks have passed. */
public sealed interface Permission {

    /** One person suffices. */
    Permission FREE = new Free();

    /** One person suffices. */
    record Free() implements Permission {}

    /** A second person agrees: the change is made if the approval is pending and nothing has changed since it was asked for. */
    record Given(Consent consent) implements Permission {}

    /** Who agreed as the second person; null where one person suffices or the second has not been asked yet. */
    static @Nullable String approver(Permission permission) {
        return permission instanceof Given given ? given.consent().approver() : null;
    }

    /**
     * A second person has to agree: an approval is stored instead of the change.
     *
     * @param needed whether the change from one experiment to the other needs it; otherwise it is made at once
     * @param arguments what has to be known to make the change later, as a JSON object, from the changed experiment
     * @param actor who asks
     * @param lasts how long there is to decide
     * @param report the report on the experiment, as JSON
     */
    record Ask(
            ApprovalKind kind,
            BiPredicate<Experiment, Experiment> needed,
            Function<Experiment, String> arguments,
            String actor,
            Duration lasts,
            String report)
            implements Permission {}
}
