package ai.ultrathink.understudy.journal.log;

import java.time.Duration;

/**
 * The limits of a log.
 *
 * @param segmentBytes size of one segment file: a multiple of 4,096 from 4 KiB to 1 GiB. A record must fit into a
 *     segment, and space is freed a segment at a time
 * @param maxBytes the limit on all segment files together, at least two segments (the active one and its successor,
 *     which is created ahead of time)
 * @param minFreeBytes the space that must stay free on the file system after a segment is created; checked only then
 * @param retryAfter the time before creating a segment is retried
 */
public record LogSettings(int segmentBytes, long maxBytes, long minFreeBytes, Duration retryAfter) {
    private static final int PAGE = 4096;
    private static final int LARGEST_SEGMENT = 1 << 30;

    public LogSettings {
        if (segmentBytes < PAGE || segmentBytes > LARGEST_SEGMENT || segmentBytes % PAGE != 0) {
            throw new IllegalArgumentException("segmentBytes must be a multiple of %,d from %,d to %,d, got %,d"
                    .formatted(PAGE, PAGE, LARGEST_SEGMENT, segmentBytes));
        }
        if (maxBytes < 2L * segmentBytes) {
            throw new IllegalArgumentException(
                    "maxBytes must hold at least two segments of %,d bytes, got %,d".formatted(segmentBytes, maxBytes));
        }
        if (minFreeBytes < 0) {
            throw new IllegalArgumentException("minFreeBytes must not be negative, got %,d".formatted(minFreeBytes));
        }
        if (!retryAfter.isPositive()) {
            throw new IllegalArgumentException("retryAfter must be positive, got " + retryAfter);
        }
    }

    /** The longest payload that a segment can hold, in bytes. */
    int maxRecordBytes() {
        return segmentBytes - Segment.HEADER_BYTES - RecordFrame.HEADER_BYTES;
    }
}
