package ai.ultrathink.understudy.notice;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of an attempt to send a notice. */
sealed interface SendResult {

    /** The receiver has it. */
    record Sent() implements SendResult {}

    /** The destination does not want notices of this kind. */
    record LeftOut() implements SendResult {}

    /**
     * It did not arrive, or that is not known: to be sent again.
     *
     * @param after the time that the receiver asked for, or null
     */
    record Failed(String why, @Nullable Duration after) implements SendResult {}

    /** The receiver will never take it. */
    record Refused(String why) implements SendResult {}
}
