package ai.ultrathink.understudy.inference.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineLimitTest {

    private final ManualTime time = new ManualTime();
    private final LineLimit limit = new LineLimit(time);

    @Test
    void fifty_lines_pass_in_a_minute_and_the_next_minute_begins_with_the_number_of_those_left_out() {
        assertEquals(50, admitted(60));
        time.advance(Duration.ofSeconds(59));
        assertEquals(0, admitted(5));

        time.advance(Duration.ofSeconds(1));

        assertTrue(limit.admits());
        assertEquals(15, limit.leftOut());
        assertEquals(0, limit.leftOut());
        assertEquals(49, admitted(100));
    }

    private long admitted(int lines) {
        return IntStream.range(0, lines).filter(line -> limit.admits()).count();
    }
}
