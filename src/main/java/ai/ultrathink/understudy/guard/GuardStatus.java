package ai.ultrathink.understudy.guard;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a test's guard stands.
 *
 * @param state whether the treatment may be used
 * @param reason why the guard is not closed, or null when it is
 */
public record GuardStatus(State state, @Nullable String reason) {

    /** From "use it" to "do not". */
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

        /** What the metric shows. */
        public int level() {
            return level;
        }

        /** The name in JSON, in the audit trail and in metric labels. */
        public String wireName() {
            return wireName;
        }
    }
}
