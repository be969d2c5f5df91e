package ai.ultrathink.understudy.replica;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What shall become of a reload that is not settled. */
public sealed interface ReloadDecision {

    /** Nothing yet. */
    record Wait() implements ReloadDecision {}

    /**
     * The replicas switch.
     *
     * @param targets to which versions; the others are left out
     * @param in how long from now
     * @param left what was left out, and who is not ready; or null
     * @param progress how far each replica is
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
     * All stays as it is.
     *
     * @param progress how far each replica got
     */
    record Fail(String why, List<ReloadProgress> progress) implements ReloadDecision {

        public Fail {
            progress = List.copyOf(progress);
        }
    }
}
