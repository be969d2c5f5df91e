package ai.ultrathink.understudy.guard;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Status of an experiment's guard.
 *
 * @param state whether the treatment may be used
 * @param reason why the guard is not closed, or null if it is
 */
public record GuardStatus(State state, @Nullable String reason) {

    /** State of a guard. */
    public enum State {
        /** The treatment may be used. */
        CLOSED(0),
        /** A few requests at a time try the treatment. */
        HALF_OPEN(1),
        /** Control answers. */
        OPEN(2);

        private final int level;
        private final String wireName = name().toLowerCase(Locale.ROOT);

        State(int level) {
            this.level = level;
        }

        /** The value of the metric. */
        public int level() {
            return level;
        }

        /** The name in JSON, in the audit trail and in metric labels. */
        public String wireName() {
            return wireName;
        }
    }
}
