package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryBufferTest {

    @TempDir
    Path directory;

    @Test
    void without_a_disk_entries_wait_in_memory_in_order_and_the_buffer_says_so() {
        EntryBuffer buffer = new EntryBuffer(Optional.empty(), 10);
        assertTrue(buffer.degraded());
        append(buffer, "a");
        append(buffer, "b");
        append(buffer, "c");

        assertEquals(3, buffer.unread());
        assertEquals(List.of("a", "b"), read(buffer, 2));
        assertEquals(1, buffer.pending());
        assertEquals(List.of("c"), read(buffer, 2));
        assertEquals(3, buffer.memoryAppended());
    }

    @Test
    void a_full_memory_refuses_the_next_entry_and_takes_one_again_when_one_was_read() {
        EntryBuffer buffer = new EntryBuffer(Optional.empty(), 2);
        assertEquals(AppendOutcome.APPENDED, append(buffer, "a"));
        assertEquals(AppendOutcome.APPENDED, append(buffer, "b"));

        assertEquals(AppendOutcome.FULL, append(buffer, "c"));

        assertEquals(2, buffer.memoryAppended());
        assertEquals(List.of("a"), read(buffer, 1));
        assertEquals(AppendOutcome.APPENDED, append(buffer, "d"));
        assertEquals(List.of("b", "d"), read(buffer, 9));
    }

    @Test
    void the_writer_may_use_its_array_again_at_once() {
        EntryBuffer buffer = new EntryBuffer(Optional.empty(), 2);
        byte[] bytes = {'a'};
        assertEquals(AppendOutcome.APPENDED, buffer.append(bytes, 1));

        bytes[0] = 'z';

        assertEquals(List.of("a"), read(buffer, 1));
    }

    @Test
    void with_a_disk_nothing_is_in_memory() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            EntryBuffer buffer = new EntryBuffer(Optional.of(log), 2);
            append(buffer, "a");
            append(buffer, "b");
            append(buffer, "c");

            assertFalse(buffer.degraded());
            assertEquals(0, buffer.memoryAppended());
            assertEquals(List.of("a", "b", "c"), read(buffer, 9));
            assertEquals(3, buffer.pending());
            buffer.release(buffer.readSequence());
            assertEquals(0, buffer.pending());
        }
    }

    private static AppendOutcome append(EntryBuffer buffer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return buffer.append(bytes, bytes.length);
    }

    private static List<String> read(EntryBuffer buffer, int max) {
        List<String> texts = new ArrayList<>();
        assertEquals(buffer.poll(max, (sequence, payload) -> texts.add(Logs.text(payload))), texts.size());
        return texts;
    }
}
