package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway") // a null fails the test
class LogSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 8192, 0, 1, segmentBytes",
        "4095, 8192, 0, 1, segmentBytes",
        "5000, 10000, 0, 1, segmentBytes",
        "1073745920, 4294967296, 0, 1, segmentBytes",
        "4096, 8191, 0, 1, maxBytes",
        "4096, 8192, -1, 1, minFreeBytes",
        "4096, 8192, 0, 0, retryAfter",
        "4096, 8192, 0, -1, retryAfter",
    })
    void a_wrong_value_is_named(int segmentBytes, long maxBytes, long minFreeBytes, long retrySeconds, String name) {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class,
                () -> new LogSettings(segmentBytes, maxBytes, minFreeBytes, Duration.ofSeconds(retrySeconds)));

        assertTrue(refusal.getMessage().startsWith(name), refusal.getMessage());
    }

    @Test
    void the_smallest_and_the_largest_segment_are_allowed() {
        new LogSettings(4096, 8192, 0, Duration.ofNanos(1));
        LogSettings largest = new LogSettings(1 << 30, 1L << 31, 0, Duration.ofNanos(1));

        assertEquals((1 << 30) - 24, largest.maxRecordBytes());
    }
}
