package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.Experiment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What shall become of a test and its ramp. */
public sealed interface Change {

    /**
     * They shall be so.
     *
     * @param experiment at the generation it has now; it gets the next one when anything about it differs
     * @param ramp null when the test has none
     * @param entries an event each, in this order
     */
    record To(Experiment experiment, @Nullable PersistedRamp ramp, List<AuditEntry> entries) implements Change {

        public To {
            entries = List.copyOf(entries);
        }
    }

    /** They are already as they shall be; no event. */
    record None() implements Change {}

    /**
     * They must not be changed so.
     *
     * @param why and what to do instead
     */
    record Refused(String why) implements Change {}
}
