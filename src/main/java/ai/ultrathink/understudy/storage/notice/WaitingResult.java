package ai.ultrathink.understudy.storage.notice;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A result that is to be sent.
 *
 * @param number its place in the outbox
 * @param testId null if the row is gone, because the retention removed it
 * @param row all its columns as JSON, or null as before
 */
public record WaitingResult(
        long number,
        UUID rowId,
        Instant time,
        @Nullable String testId,
        @Nullable String row) {}
