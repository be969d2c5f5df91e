package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRecoveryTest {
    @TempDir
    Path directory;

    private Path segment;
    private byte[] bytes;

    @BeforeEach
    void write_three_records() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            List.of("one", "two", "three").forEach(text -> Logs.append(log, text));
        }
        segment = Logs.filesWithRecords(directory).getFirst();
        bytes = Files.readAllBytes(segment);
    }

    @Test
    void a_segment_that_the_disk_reads_only_in_part_costs_what_is_behind() throws IOException {
        LogSettings twoPages = new LogSettings(2 * Logs.PAGE, 64 * Logs.PAGE, 0, Duration.ofSeconds(1));
        Path bad = directory.resolve("bad");
        try (SegmentedLog log = Logs.open(bad, twoPages)) {
            for (int record = 0; record < 7; record++) {
                log.append(new byte[1000], 0, 1000);
            }
        }
        Path file = Logs.filesWithRecords(bad).getFirst();
        MappedByteBuffer bytes = MappedFiles.read(file);
        // a page that is not there faults as one on a bad block does
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Logs.PAGE);
        }

        Recovery recovery = new Recovery(0, false, -1);
        recovery.recover(file, bytes);

        Recovery.Recovered recovered = recovery.recovered();
        assertEquals(4, recovered.endSequence());
        assertEquals(1, recovered.segments().size());
        assertTrue(recovered.tornRecords() > 0);
    }

    @Test
    void files_that_are_empty_short_or_zero_are_cleared_away() throws IOException {
        Path empty = Files.createFile(directory.resolve("segment-000000000101.log"));
        Path shorter = Files.write(directory.resolve("segment-000000000102.log"), new byte[5]);
        Path zero = Files.write(directory.resolve("segment-000000000103.log"), new byte[Logs.PAGE]);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of("one", "two", "three"), Logs.read(log));
            assertEquals(0, log.tornRecords());
        }
        assertFalse(Files.exists(empty) || Files.exists(shorter) || Files.exists(zero));
    }

    @Test
    void a_segment_cut_short_gives_the_records_before_the_cut() throws IOException {
        int second = Segment.HEADER_BYTES + RecordFrame.bytes(3);
        Files.write(segment, Arrays.copyOf(bytes, second + RecordFrame.HEADER_BYTES + 2));

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of("one"), Logs.read(log));
            assertEquals(2, log.tornRecords());
        }
    }

    @Test
    void a_damaged_record_does_not_hide_the_one_behind_it() throws IOException {
        bytes[Segment.HEADER_BYTES + RecordFrame.bytes(3) + RecordFrame.HEADER_BYTES] ^= 1;
        Files.write(segment, bytes);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of("one", "three"), Logs.read(log));
            assertEquals(1, log.tornRecords());
            assertEquals(3, log.nextSequence());
        }
    }

    @Test
    void several_records_lost_in_one_hole_are_all_counted() throws IOException {
        Arrays.fill(bytes, Segment.HEADER_BYTES, Segment.HEADER_BYTES + 2 * RecordFrame.bytes(3), (byte) 0);
        bytes[Segment.HEADER_BYTES + RecordFrame.HEADER_BYTES] = 'o';
        Files.write(segment, bytes);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of("three"), Logs.read(log));
            assertEquals(2, log.tornRecords());
        }
    }

    @Test
    void torn_records_are_counted_once_not_at_every_start() throws IOException {
        bytes[Segment.HEADER_BYTES + 2 * RecordFrame.bytes(3) + RecordFrame.HEADER_BYTES] ^= 1;
        Files.write(segment, bytes);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(1, log.tornRecords());
        }
        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(0, log.tornRecords());
            assertEquals(List.of("one", "two"), Logs.read(log));
        }
    }

    @Test
    void a_damaged_header_does_not_hide_the_records() throws IOException {
        bytes[0] ^= 1;
        Files.write(segment, bytes);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of("one", "two", "three"), Logs.read(log));
        }
    }

    @Test
    void a_file_that_is_no_segment_is_set_aside() throws IOException {
        byte[] stranger = "this is somebody's letter, not a segment".getBytes(StandardCharsets.UTF_8);
        Files.write(directory.resolve("segment-000000000101.log"), stranger);

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of("one", "two", "three"), Logs.read(log));
            assertEquals(1, log.tornRecords());
        }
        assertArrayEquals(stranger, Files.readAllBytes(directory.resolve("segment-000000000101.log.damaged")));
    }

    @Test
    void a_lost_release_mark_delivers_again_and_loses_nothing() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.read(log);
            log.release(2);
        }
        Files.delete(directory.resolve("released"));

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of("one", "two", "three"), Logs.read(log));
        }
    }

    @Test
    void without_a_release_mark_only_records_that_exist_are_pending() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (SegmentedLog log = Logs.open(directory)) {
                Logs.read(log);
                log.release(log.readSequence());
                Logs.append(log, "round " + round);
            }
        }
        Files.delete(directory.resolve("released"));

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(1, log.pendingRecords());
            assertEquals(List.of("round 2"), Logs.read(log));
        }
    }

    @Test
    void lost_segments_do_not_turn_the_numbers_back() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            Logs.read(log);
            log.release(3);
        }
        for (Path file : Logs.segmentFiles(directory)) {
            Files.delete(file);
        }

        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(3, log.nextSequence());
            Logs.append(log, "four");
            assertEquals(List.of("four"), Logs.read(log));
        }
    }

    @Test
    void a_copy_of_a_record_in_another_place_is_no_record() throws IOException {
        byte[] inner = Arrays.copyOfRange(bytes, Segment.HEADER_BYTES, Segment.HEADER_BYTES + RecordFrame.bytes(3));
        Path other = directory.resolve("other");
        try (SegmentedLog log = Logs.open(other)) {
            log.append(inner, 0, inner.length);
        }
        Path file = Logs.filesWithRecords(other).getFirst();
        byte[] outer = Files.readAllBytes(file);
        outer[Segment.HEADER_BYTES] ^= 1;
        Files.write(file, outer);

        try (SegmentedLog log = Logs.open(other)) {
            assertEquals(List.of(), Logs.read(log));
            assertEquals(1, log.tornRecords());
        }
    }
}
