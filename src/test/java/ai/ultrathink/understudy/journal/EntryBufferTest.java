package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.journal.log.AppendOutcome;
import ai.ultrathink.understudy.journal.log.Logs;
import ai.ultrathink.understudy.journal.log.SegmentedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryBufferTest {

    private static final String LARGE = "x".repeat(3_000);

    @TempDir
    Path directory;

    @Test
    void without_a_disk_entries_wait_in_memory_in_order_and_the_buffer_says_so() {
        EntryBuffer buffer = new EntryBuffer(10);
        assertTrue(buffer.degraded());
        append(buffer, "a");
        append(buffer, "b");
        append(buffer, "c");

        assertEquals(3, buffer.unread());
        assertEquals(List.of("a", "b"), read(buffer, 2));
        assertEquals(1, buffer.unread());
        assertEquals(List.of("c"), read(buffer, 2));
        assertEquals(3, buffer.pending());
        buffer.release(buffer.read());
        assertEquals(0, buffer.pending());
    }

    @Test
    void a_full_memory_refuses_the_next_entry_and_takes_one_again_when_one_was_read() {
        EntryBuffer buffer = new EntryBuffer(2);
        assertEquals(AppendOutcome.APPENDED, append(buffer, "a"));
        assertEquals(AppendOutcome.APPENDED, append(buffer, "b"));

        assertEquals(AppendOutcome.IO_ERROR, append(buffer, "c"));

        assertEquals(2, buffer.pending());
        assertEquals(List.of("a"), read(buffer, 1));
        assertEquals(AppendOutcome.APPENDED, append(buffer, "d"));
        assertEquals(List.of("b", "d"), read(buffer, 9));
    }

    @Test
    void the_writer_may_use_its_array_again_at_once() {
        EntryBuffer buffer = new EntryBuffer(2);
        byte[] bytes = {'a'};
        assertEquals(AppendOutcome.APPENDED, buffer.append(bytes, 1));

        bytes[0] = 'z';

        assertEquals(List.of("a"), read(buffer, 1));
    }

    @Test
    void with_a_disk_nothing_is_in_memory() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            EntryBuffer buffer = new EntryBuffer(2);
            buffer.attach(log);
            append(buffer, "a");
            append(buffer, "b");
            append(buffer, "c");

            assertFalse(buffer.degraded());
            assertEquals(0, buffer.inMemory());
            assertEquals(List.of("a", "b", "c"), read(buffer, 9));
            assertEquals(3, buffer.pending());
            buffer.release(buffer.read());
            assertEquals(0, buffer.pending());
        }
    }

    @Test
    void a_disk_that_fails_sends_entries_to_memory_and_takes_them_again_when_it_is_back() throws IOException {
        AtomicLong clock = new AtomicLong();
        Path elsewhere = directory.resolveSibling(directory.getFileName() + "-away");
        try (SegmentedLog log = SegmentedLog.open(directory, Logs.SMALL, clock::get, new DirectExecutor())) {
            EntryBuffer buffer = new EntryBuffer(10);
            buffer.attach(log);
            append(buffer, LARGE + 0);
            Files.move(directory, elsewhere);
            // the spare segment is there already
            append(buffer, LARGE + 1);
            assertFalse(buffer.degraded());
            append(buffer, LARGE + 2);
            assertTrue(buffer.degraded());
            assertEquals(1, buffer.inMemory());

            Files.move(elsewhere, directory);
            clock.addAndGet(Duration.ofSeconds(1).toNanos());
            append(buffer, LARGE + 3);
            append(buffer, LARGE + 4);

            assertFalse(buffer.degraded());
            assertEquals(List.of(LARGE + 0, LARGE + 1, LARGE + 2, LARGE + 3, LARGE + 4), read(buffer, 9));
            buffer.release(buffer.read());
            assertEquals(0, buffer.pending());
        }
    }

    @Test
    void entries_of_both_are_read_in_the_order_in_which_they_came_however_few_at_a_time() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            EntryBuffer buffer = new EntryBuffer(10);
            append(buffer, "a");
            append(buffer, "b");
            buffer.attach(log);
            append(buffer, "c");
            append(buffer, "d");

            List<String> read = new ArrayList<>();
            for (List<String> next = read(buffer, 1); !next.isEmpty(); next = read(buffer, 1)) {
                read.addAll(next);
            }
            assertEquals(List.of("a", "b", "c", "d"), read);
        }
    }

    private static AppendOutcome append(EntryBuffer buffer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return buffer.append(bytes, bytes.length);
    }

    private static List<String> read(EntryBuffer buffer, int max) {
        List<String> texts = new ArrayList<>();
        assertEquals(buffer.poll(max, (at, payload) -> texts.add(Logs.text(payload))), texts.size());
        return texts;
    }
}
