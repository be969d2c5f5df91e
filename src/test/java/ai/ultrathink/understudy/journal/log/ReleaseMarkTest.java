package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseMarkTest {
    @TempDir
    Path directory;

    @Test
    void a_new_mark_is_at_zero() throws IOException {
        assertEquals(0, ReleaseMark.open(file()).sequence());
    }

    @Test
    void the_highest_sequence_is_found_again_whichever_slot_holds_it() throws IOException {
        for (long sequence = 1; sequence <= 5; sequence++) {
            assertTrue(ReleaseMark.open(file()).advance(sequence * 1000));
            assertEquals(sequence * 1000, ReleaseMark.open(file()).sequence());
        }
    }

    @Test
    void a_mark_does_not_move_back() throws IOException {
        ReleaseMark mark = ReleaseMark.open(file());
        mark.advance(10);

        assertFalse(mark.advance(9));
        assertFalse(mark.advance(10));
        assertEquals(10, mark.sequence());
    }

    @Test
    void a_slot_damaged_at_any_byte_leaves_the_one_before() throws IOException {
        ReleaseMark mark = ReleaseMark.open(file());
        mark.advance(7);
        mark.advance(8);
        byte[] bytes = Files.readAllBytes(file());
        for (int at = 16; at < 48; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) 0x80;
            Path copy = Files.write(directory.resolve("copy"), damaged);
            assertTrue(ReleaseMark.open(copy).sequence() >= 7, "byte " + at);
            assertTrue(ReleaseMark.open(copy).sequence() <= 8, "byte " + at);
        }
    }

    @Test
    void what_is_no_mark_counts_as_zero() throws IOException {
        Files.writeString(file(), "not a mark");
        assertEquals(0, ReleaseMark.open(file()).sequence());

        Files.write(file(), new byte[4096]);
        assertEquals(0, ReleaseMark.open(file()).sequence());
    }

    private Path file() {
        return directory.resolve("released");
    }
}
