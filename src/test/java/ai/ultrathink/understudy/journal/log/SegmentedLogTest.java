package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentedLogTest {
    @TempDir
    Path directory;

    @Test
    void records_come_back_in_order_and_once() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "first");
            Logs.append(log, "second");

            assertEquals(List.of("first", "second"), Logs.read(log));
            assertEquals(List.of(), Logs.read(log));
        }
    }

    @Test
    void a_part_of_an_array_can_be_appended() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            log.append("..part..".getBytes(StandardCharsets.UTF_8), 2, 4);

            assertEquals(List.of("part"), Logs.read(log));
        }
    }

    @Test
    void sequences_are_consecutive_from_zero() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "a");
            Logs.append(log, "b");
            List<Long> sequences = new ArrayList<>();
            log.poll(10, (sequence, payload) -> sequences.add(sequence));

            assertEquals(List.of(0L, 1L), sequences);
            assertEquals(2, log.nextSequence());
            assertEquals(2, log.readSequence());
        }
    }

    @Test
    void a_poll_delivers_no_more_than_asked() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "a");
            Logs.append(log, "b");
            List<String> read = new ArrayList<>();

            assertEquals(1, log.poll(1, (sequence, payload) -> read.add(Logs.text(payload))));
            assertEquals(List.of("a"), read);
            assertEquals(List.of("b"), Logs.read(log));
        }
    }

    @Test
    void a_record_whose_consumer_threw_is_delivered_again() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "a");
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> log.poll(1, (sequence, payload) -> {
                        throw new UnsupportedOperationException("not this time");
                    }));

            assertEquals(0, log.readSequence());
            assertEquals(List.of("a"), Logs.read(log));
        }
    }

    @Test
    void records_cross_segment_boundaries_at_every_size() throws IOException {
        try (SegmentedLog log = Logs.open(directory, new LogSettings(Logs.PAGE, 1 << 20, 0, Duration.ofSeconds(1)))) {
            List<String> written = IntStream.range(0, 300)
                    .mapToObj(i -> "x".repeat(1 + i * 7 % 1500) + i)
                    .toList();
            written.forEach(text -> assertEquals(AppendOutcome.APPENDED, Logs.append(log, text)));

            assertTrue(log.segments() > 40);
            assertEquals(written, Logs.read(log));
        }
    }

    @Test
    void the_largest_record_fills_a_segment_exactly() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            int largest = Logs.SMALL.maxRecordBytes();
            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "a".repeat(largest)));
            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "b".repeat(largest)));
            assertEquals(AppendOutcome.TOO_LARGE, Logs.append(log, "c".repeat(largest + 1)));

            assertEquals(List.of("a".repeat(largest), "b".repeat(largest)), Logs.read(log));
        }
    }

    @Test
    void an_empty_record_is_a_mistake_of_the_caller() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            assertThrows(IllegalArgumentException.class, () -> log.append(new byte[1], 0, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> log.append(new byte[1], 1, 1));
        }
    }

    @Test
    void reopening_delivers_what_was_not_released() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            List.of("a", "b", "c").forEach(text -> Logs.append(log, text));
            Logs.read(log);
            log.release(1);
        }
        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(2, log.pendingRecords());
            assertEquals(List.of("b", "c"), Logs.read(log));
        }
    }

    @Test
    void numbering_goes_on_after_reopening() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "a");
        }
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "b");
            assertEquals(2, log.nextSequence());
            assertEquals(List.of("a", "b"), Logs.read(log));
            log.release(2);
        }
        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(2, log.nextSequence());
            assertEquals(0, log.pendingRecords());
            assertEquals(List.of(), Logs.read(log));
        }
    }

    @Test
    void releasing_is_remembered_over_many_reopenings() throws IOException {
        for (int round = 0; round < 10; round++) {
            try (SegmentedLog log = Logs.open(directory)) {
                Logs.append(log, "new " + round);
                assertEquals(round == 0 ? 1 : 2, Logs.read(log).size());
                log.release(log.readSequence() - 1);
            }
        }
    }

    @Test
    void a_lower_release_changes_nothing() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            List.of("a", "b", "c").forEach(text -> Logs.append(log, text));
            Logs.read(log);
            log.release(2);
            log.release(1);

            assertEquals(2, log.releasedSequence());
            assertEquals(1, log.pendingRecords());
        }
    }

    @Test
    void what_was_not_read_cannot_be_released() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "a");

            assertThrows(IllegalArgumentException.class, () -> log.release(1));
        }
    }

    @Test
    void a_closed_log_refuses_and_keeps() throws IOException {
        SegmentedLog log = Logs.open(directory);
        Logs.append(log, "a");
        Logs.read(log);
        log.close();
        log.close();

        assertEquals(AppendOutcome.CLOSED, Logs.append(log, "b"));
        assertEquals(List.of(), Logs.read(log));
        log.release(1);
        try (SegmentedLog again = Logs.open(directory)) {
            assertEquals(List.of("a"), Logs.read(again));
        }
    }

    @Test
    void forcing_changes_nothing_that_can_be_seen() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "a");
            log.force();

            assertEquals(List.of("a"), Logs.read(log));
        }
    }
}
