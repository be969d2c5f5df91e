package ai.ultrathink.understudy.replica;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decision about a reload in progress. */
public sealed interface ReloadDecision {

    /** Keep waiting. */
    record Wait() implements ReloadDecision {}

    /**
     * Switch all replicas.
     *
     * @param targets the versions to switch to; other models are left out
     * @param in the time from now until the switch
     * @param left what was left out, and which replicas are not ready; or null
     * @param progress the progress of each replica
     */
    record Switch(
            List<ReloadTarget> targets,
            Duration in,
            @Nullable String left,
            List<ReloadProgress> progress) implements ReloadDecision {

        public Switch {
            targets = List.copyOf(targets);
            progress = List.copyOf(progress);
        }
    }

    /**
     * Cancel the reload.
     *
     * @param progress the progress of each replica
     */
    record Fail(String why, List<ReloadProgress> progress) implements ReloadDecision {

        public Fail {
            progress = List.copyOf(progress);
        }
    }
}
