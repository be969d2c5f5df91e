package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files that are cut, overwritten, removed or added between two runs: what is lost is counted, the rest is read. */
class LostFilesTest {

    private static final int RECORDS = 20;
    private static final int IN_SEGMENT = 4;

    @TempDir
    Path directory;

    private final List<Path> segments = new ArrayList<>();

    @BeforeEach
    void write_five_segments_of_four_records() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            for (int record = 0; record < RECORDS; record++) {
                assertEquals(AppendOutcome.APPENDED, Logs.append(log, record(record)));
            }
        }
        segments.addAll(Logs.filesWithRecords(directory));
        assertEquals(RECORDS / IN_SEGMENT, segments.size());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 5", "2, 0", "2, 7", "4, 0", "4, 5", "4, 8", "4, 12"})
    void a_segment_cut_to_a_few_bytes_is_counted_in_records(int segment, int bytes) throws IOException {
        cut(segment, bytes);

        assertFoundWithout(segment * IN_SEGMENT, IN_SEGMENT);
    }

    @Test
    void all_segments_cut_to_nothing_are_counted() throws IOException {
        for (int segment = 0; segment < segments.size(); segment++) {
            cut(segment, 0);
        }

        assertFoundWithout(0, RECORDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void a_segment_that_is_gone_is_counted(int segment) throws IOException {
        Files.delete(segments.get(segment));

        assertFoundWithout(segment * IN_SEGMENT, IN_SEGMENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void a_segment_of_zeros_is_counted(int segment) throws IOException {
        Files.write(segments.get(segment), new byte[Logs.PAGE]);

        assertFoundWithout(segment * IN_SEGMENT, IN_SEGMENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void a_segment_whose_first_part_is_zeroed_gives_what_is_behind(int segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segments.get(segment));
        // the head and the first record
        Arrays.fill(bytes, 0, Segment.HEADER_BYTES + RecordFrame.bytes(record(0).length()), (byte) 0);
        Files.write(segments.get(segment), bytes);

        assertFoundWithout(segment * IN_SEGMENT, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void a_segment_of_random_bytes_is_set_aside_and_counted(int segment) throws IOException {
        byte[] random = new byte[Logs.PAGE];
        new Random(1).nextBytes(random);
        Files.write(segments.get(segment), random);

        assertFoundWithout(segment * IN_SEGMENT, IN_SEGMENT);

        assertArrayEquals(random, Files.readAllBytes(damaged(segment)));
    }

    @ParameterizedTest
    @CsvSource({"4, 2", "4, 255", "5, 1", "7, 128", "0, 1", "3, 32"})
    void a_flipped_bit_in_the_head_of_a_segment_costs_no_record_and_the_file_is_kept(int at, int bits)
            throws IOException {
        byte[] bytes = Files.readAllBytes(segments.get(2));
        bytes[at] ^= (byte) bits;
        Files.write(segments.get(2), bytes);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(records(), Logs.read(log));
            assertEquals(0, log.tornRecords());
            log.release(log.readSequence());
        }
        assertArrayEquals(bytes, Files.readAllBytes(damaged(2)));
        assertEquals(List.of(), readAgain());
    }

    @Test
    void a_segment_of_a_later_version_with_other_records_is_set_aside() throws IOException {
        byte[] later = "ULOG\2\0\0\0 and something that nobody here can read".getBytes(StandardCharsets.UTF_8);
        Files.write(directory.resolve("segment-000000000900.log"), later);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(records(), Logs.read(log));
        }
        assertArrayEquals(later, Files.readAllBytes(directory.resolve("segment-000000000900.log.damaged")));
    }

    @Test
    void a_folder_named_like_a_segment_is_set_aside() throws IOException {
        Files.createDirectories(directory.resolve("segment-000000000900.log").resolve("inside"));

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(records(), Logs.read(log));
            assertEquals(0, log.tornRecords());
        }
        assertTrue(Files.isDirectory(
                directory.resolve("segment-000000000900.log.damaged").resolve("inside")));
    }

    @Test
    void what_is_set_aside_takes_the_place_of_nothing_that_was_before() throws IOException {
        for (int time = 0; time < 3; time++) {
            Files.writeString(directory.resolve("segment-000000000900.log"), "no segment " + time);
            Logs.open(directory).close();
        }

        for (String name : List.of("log.damaged", "log.damaged-2", "log.damaged-3")) {
            assertTrue(Files.exists(directory.resolve("segment-000000000900." + name)), name);
        }
    }

    @Test
    void a_pipe_or_a_link_to_a_device_named_like_a_segment_holds_nothing_up() throws Exception {
        Path pipe = directory.resolve("segment-000000000900.log");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Files.createSymbolicLink(directory.resolve("segment-000000000901.log"), Path.of("/dev/zero"));
        Files.createSymbolicLink(directory.resolve("segment-000000000902.log"), directory.resolve("nowhere"));

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(records(), Logs.read(log));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "segment-1.log",
                "segment-0000000000000000.log",
                "segment-999999999999.log",
                "segment-1000000000000.log",
                "segment-999999999999999999.log"
            })
    void a_segment_with_an_odd_number_is_read_and_so_are_those_made_after_it(String name) throws IOException {
        Files.move(segments.get(2), directory.resolve(name));

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(records(), Logs.read(log));
            for (int record = 0; record < 2 * IN_SEGMENT; record++) {
                assertEquals(AppendOutcome.APPENDED, Logs.append(log, record(RECORDS + record)));
            }
        }
        assertEquals(RECORDS + 2 * IN_SEGMENT, readAgain().size());
    }

    @Test
    void a_segment_that_is_there_twice_holds_nothing_up() throws IOException {
        Files.copy(segments.get(2), directory.resolve("segment-000000000900.log"));

        try (SegmentedLog log = Logs.open(directory)) {
            Logs.append(log, "the last");
            List<String> found = Logs.read(log);
            log.release(log.readSequence());

            assertEquals("the last", found.getLast());
            assertTrue(new HashSet<>(found).containsAll(records()));
            assertEquals(0, log.pendingRecords());
            assertEquals(0, log.tornRecords());
        }
        assertEquals(List.of(), readAgain());
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "5, 128", "0, 1", "3, 4"})
    void a_flipped_bit_in_the_head_of_the_release_mark_costs_nothing_and_the_file_is_kept(int at, int bits)
            throws IOException {
        release(7);
        Path mark = directory.resolve("released");
        byte[] bytes = Files.readAllBytes(mark);
        bytes[at] ^= (byte) bits;
        Files.write(mark, bytes);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(records().subList(7, RECORDS), Logs.read(log));
            assertEquals(0, log.tornRecords());
        }
        assertArrayEquals(bytes, Files.readAllBytes(directory.resolve("released.damaged")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 47, 130, 4095})
    void a_release_mark_that_was_cut_costs_no_record(int bytes) throws IOException {
        release(7);
        try (FileChannel mark = FileChannel.open(directory.resolve("released"), StandardOpenOption.WRITE)) {
            mark.truncate(bytes);
        }

        try (SegmentedLog log = Logs.open(directory)) {
            List<String> found = Logs.read(log);
            assertTrue(found.containsAll(records().subList(7, RECORDS)), found::toString);
            assertEquals(0, log.tornRecords());
        }
    }

    @Test
    void a_folder_in_place_of_the_release_mark_or_of_the_lock_is_set_aside() throws IOException {
        for (String name : List.of("released", "lock")) {
            Files.delete(directory.resolve(name));
            Files.createDirectory(directory.resolve(name));
        }

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(records(), Logs.read(log));
        }
        assertTrue(Files.isDirectory(directory.resolve("released.damaged")));
        assertTrue(Files.isDirectory(directory.resolve("lock.damaged")));
    }

    @Test
    void files_that_are_all_empty_make_an_empty_log() throws IOException {
        for (Path file : Logs.segmentFiles(directory)) {
            Files.write(file, new byte[0]);
        }
        Files.write(directory.resolve("released"), new byte[0]);
        Files.write(directory.resolve("lock"), new byte[0]);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of(), Logs.read(log));
            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "new"));
            assertEquals(List.of("new"), Logs.read(log));
        }
    }

    @Test
    void a_journal_of_an_earlier_version_of_which_nothing_is_missing_is_read_as_it_is() throws IOException {
        release(7);
        Path mark = directory.resolve("released");
        byte[] bytes = Files.readAllBytes(mark);
        // it had the two slots alone
        Arrays.fill(bytes, 48, bytes.length, (byte) 0);
        Files.write(mark, bytes);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(records().subList(7, RECORDS), Logs.read(log));
            assertEquals(0, log.tornRecords());
        }
        assertFalse(Files.exists(directory.resolve("released.damaged")));
    }

    @Test
    void what_is_lost_at_the_end_is_counted_once_not_at_every_start() throws IOException {
        cut(4, 0);
        assertFoundWithout(4 * IN_SEGMENT, IN_SEGMENT);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(0, log.tornRecords());
        }
    }

    @Test
    void a_file_that_was_set_aside_can_be_read_alone_in_a_folder_of_its_own() throws IOException {
        Path other = Files.createDirectory(directory.resolve("rescue"));
        Files.copy(segments.get(3), other.resolve("segment-000000000001.log"));

        try (SegmentedLog log = Logs.open(other)) {
            assertEquals(records().subList(3 * IN_SEGMENT, 4 * IN_SEGMENT), Logs.read(log));
            assertEquals(0, log.tornRecords());
        }
    }

    private void cut(int segment, int bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(segments.get(segment), StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    private void release(int below) throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.read(log);
            log.release(below);
        }
    }

    private void assertFoundWithout(int first, int lost) throws IOException {
        List<String> expected = new ArrayList<>(records());
        expected.subList(first, first + lost).clear();
        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(expected, Logs.read(log));
            assertEquals(lost, log.tornRecords());
            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "next"));
            assertEquals(List.of("next"), Logs.read(log));
            log.release(log.readSequence());
            assertEquals(0, log.pendingRecords());
        }
    }

    private List<String> readAgain() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            return Logs.read(log);
        }
    }

    private Path damaged(int segment) {
        return segments.get(segment).resolveSibling(segments.get(segment).getFileName() + ".damaged");
    }

    private static List<String> records() {
        return IntStream.range(0, RECORDS).mapToObj(LostFilesTest::record).toList();
    }

    /** Of a length of which four fit into a page. */
    private static String record(int number) {
        return "%02d".formatted(number) + "x".repeat(950);
    }
}
