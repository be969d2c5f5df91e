package ai.ultrathink.understudy.experiment;

import java.time.Duration;

/**
 * Whether a test is a shadow before the first step of its ramp. A rehearsal lasts until every limit that has to be kept in shadow
 * is shown to be kept.
 *
 * @param wanted whether there is one
 * @param least how long it lasts at least; zero for no longer than it takes
 */
public record Rehearsal(boolean wanted, Duration least) {

    /** The first step comes at once. */
    public static final Rehearsal NONE = new Rehearsal(false, Duration.ZERO);

    /** As long as it takes. */
    public static final Rehearsal UNTIL_SHOWN = new Rehearsal(true, Duration.ZERO);

    /** As long as it takes, and at least so long. */
    public static Rehearsal atLeast(Duration least) {
        return new Rehearsal(true, least);
    }
}
