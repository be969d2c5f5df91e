package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    @TempDir
    Path directory;

    private Segment first;
    private Segment second;

    @BeforeEach
    void make_two_segments() throws IOException {
        first = segment("first");
        second = segment("second");
    }

    @Test
    void a_record_that_comes_in_just_before_the_writer_goes_over_is_not_missed() {
        append(first, 0, "a");
        LogReader reader = new LogReader(
                segment -> {
                    if (segment == null) {
                        return first;
                    }
                    if (segment == first && first.endSequence() == Long.MAX_VALUE) {
                        append(first, 1, "b");
                        first.seal(2);
                        append(second, 2, "c");
                    }
                    return segment == first ? second : null;
                },
                0);

        assertEquals(List.of("a", "b", "c"), read(reader));
        assertEquals(0, reader.lost());
    }

    @Test
    void records_below_the_first_wanted_are_passed_over() {
        append(first, 0, "a");
        append(first, 1, "b");
        LogReader reader = new LogReader(segment -> segment == null ? first : null, 1);

        assertEquals(List.of("b"), read(reader));
    }

    private Segment segment(String name) throws IOException {
        Path file = directory.resolve(name);
        return Segment.empty(file, MappedFiles.create(file, Logs.PAGE));
    }

    private static void append(Segment segment, long sequence, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        segment.append(sequence, bytes, 0, bytes.length, RecordFrame.crc(bytes, 0, bytes.length));
    }

    private static List<String> read(LogReader reader) {
        List<String> texts = new ArrayList<>();
        reader.poll(Integer.MAX_VALUE, Long.MAX_VALUE, (sequence, payload) -> texts.add(Logs.text(payload)));
        return texts;
    }
}
