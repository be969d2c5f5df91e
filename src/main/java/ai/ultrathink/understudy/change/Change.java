package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.Experiment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decision on a change to an experiment and its ramp. */
public sealed interface Change {

    /**
     * Change the experiment and the ramp to these.
     *
     * @param experiment the new experiment, still at its present generation; it gets the next one if anything about it
     *     differs
     * @param ramp null if the experiment has none
     * @param entries one event each, in this order
     */
    record To(Experiment experiment, @Nullable PersistedRamp ramp, List<AuditEntry> entries) implements Change {

        public To {
            entries = List.copyOf(entries);
        }
    }

    /** Both already are as requested; no event. */
    record None() implements Change {}

    /**
     * The change is not allowed.
     *
     * @param why and what to do instead
     */
    record Refused(String why) implements Change {}
}
