package ai.ultrathink.understudy.journal.log;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.journal.DirectExecutor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentedLogSpaceTest {
    private static final int RECORDS_IN_SEGMENT = 4;
    private static final LogSettings FOUR_SEGMENTS =
            new LogSettings(Logs.PAGE, 4 * Logs.PAGE, 0, Duration.ofSeconds(1));

    @TempDir
    Path directory;

    @Test
    void a_full_log_refuses_and_keeps_what_it_has() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            assertEquals(4 * RECORDS_IN_SEGMENT, Logs.fill(log));

            assertEquals(4 * Logs.PAGE, log.usedBytes());
            assertEquals(4 * RECORDS_IN_SEGMENT, Logs.read(log).size());
        }
    }

    @Test
    void a_record_that_still_fits_is_taken_by_a_full_log() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            Logs.fill(log);

            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "short"));
        }
    }

    @Test
    void releasing_a_segment_makes_room_for_another() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            Logs.fill(log);
            Logs.read(log);
            log.release(RECORDS_IN_SEGMENT);

            assertEquals(RECORDS_IN_SEGMENT, Logs.fill(log));
        }
    }

    @Test
    void released_segments_are_deleted_but_for_two_that_are_used_again() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            int appended = Logs.fill(log);
            Logs.read(log);
            log.release(appended);

            assertEquals(3, log.segments());
            assertEquals(3 * Logs.PAGE, log.usedBytes());
            assertEquals(3, Logs.segmentFiles(directory).size());
            assertEquals(0, log.pendingRecords());
        }
    }

    @Test
    void a_reader_that_keeps_up_causes_no_new_file() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            List<Path> files = List.of();
            for (int segment = 0; segment < 20; segment++) {
                Logs.append(log, "x".repeat(3000));
                Logs.read(log);
                log.release(log.readSequence());
                if (segment == 3) {
                    files = Logs.segmentFiles(directory);
                }
            }
            assertEquals(files, Logs.segmentFiles(directory));
        }
    }

    @Test
    void a_reused_segment_shows_nothing_of_its_past() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            for (int segment = 0; segment < 10; segment++) {
                Logs.append(log, "x".repeat(3000) + segment);
                assertEquals(List.of("x".repeat(3000) + segment), Logs.read(log));
                log.release(log.readSequence());
            }
            Logs.append(log, "y".repeat(1500));
        }
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            assertEquals(List.of("y".repeat(1500)), Logs.read(log));
            assertEquals(0, log.tornRecords());
        }
    }

    @Test
    void a_segment_stays_until_its_last_record_is_released() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            Logs.fill(log);
            Logs.read(log);
            log.release(RECORDS_IN_SEGMENT - 1);
            assertEquals(4, log.segments());
        }
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            assertEquals(3 * RECORDS_IN_SEGMENT + 1, Logs.read(log).size());
        }
    }

    @Test
    void segments_of_an_earlier_process_count_towards_the_limit() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            Logs.fill(log);
        }
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            assertTrue(log.usedBytes() > 4 * RECORDS_IN_SEGMENT * 1000);
            assertEquals(AppendOutcome.FULL, Logs.append(log, "no room"));
            assertEquals(4 * RECORDS_IN_SEGMENT, Logs.read(log).size());
            log.release(log.readSequence());

            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "room"));
            assertEquals(List.of("room"), Logs.read(log));
        }
    }

    @Test
    void a_reopened_segment_takes_no_more_than_its_records() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            Logs.append(log, "short");
        }
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            assertEquals(Logs.PAGE + Segment.HEADER_BYTES + RecordFrame.bytes(5), log.usedBytes());
        }
    }

    @Test
    void too_little_free_space_on_the_disk_refuses() throws IOException {
        LogSettings greedy = new LogSettings(Logs.PAGE, 4 * Logs.PAGE, Long.MAX_VALUE / 2, Duration.ofSeconds(1));
        try (SegmentedLog log = Logs.open(directory, greedy)) {
            assertEquals(AppendOutcome.FULL, Logs.append(log, "a"));
            assertEquals(0, log.usedBytes());
        }
    }

    @Test
    void a_directory_that_vanished_refuses_until_it_is_back_and_the_retry_is_due() throws IOException {
        AtomicLong clock = new AtomicLong();
        try (SegmentedLog log = SegmentedLog.open(directory, FOUR_SEGMENTS, clock::get, new DirectExecutor())) {
            removeFiles();
            Files.delete(directory);
            Logs.fill(log);
            assertEquals(AppendOutcome.IO_ERROR, log.append(new byte[1000], 0, 1000));

            Files.createDirectory(directory);
            assertEquals(AppendOutcome.IO_ERROR, log.append(new byte[1000], 0, 1000));
            clock.set(Duration.ofSeconds(1).toNanos());
            assertEquals(AppendOutcome.APPENDED, log.append(new byte[1000], 0, 1000));
        }
    }

    @Test
    void what_a_failed_attempt_left_behind_is_in_nobodys_way() throws IOException {
        AtomicLong clock = new AtomicLong();
        try (SegmentedLog log = SegmentedLog.open(directory, FOUR_SEGMENTS, clock::get, new DirectExecutor())) {
            // as a disk leaves it that turns read-only while a segment is made: it cannot be removed either
            Path half = Files.createFile(directory.resolve("segment-000000000002.log"));
            for (int record = 0; record <= RECORDS_IN_SEGMENT; record++) {
                log.append(new byte[1000], 0, 1000);
            }
            clock.set(Duration.ofSeconds(1).toNanos());

            assertEquals(AppendOutcome.APPENDED, log.append(new byte[1000], 0, 1000));
            assertTrue(Files.exists(half));
        }
    }

    @Test
    void those_who_append_never_wait_for_a_segment_to_be_made() throws Exception {
        CountDownLatch diskHangs = new CountDownLatch(1);
        ExecutorService background = Executors.newSingleThreadExecutor();
        try (SegmentedLog log = SegmentedLog.open(directory, FOUR_SEGMENTS, System::nanoTime, background)) {
            background.execute(() -> awaitQuietly(diskHangs));

            // one segment was made when the log was opened
            assertEquals(RECORDS_IN_SEGMENT, Logs.fill(log));
            assertEquals(AppendOutcome.IO_ERROR, log.append(new byte[1000], 0, 1000));
            assertEquals(1, Logs.segmentFiles(directory).size());

            diskHangs.countDown();
            await().until(() -> log.append(new byte[1000], 0, 1000) == AppendOutcome.APPENDED);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_file_in_the_way_is_left_alone() throws IOException {
        Path file = Files.writeString(directory.resolve("new"), "in the way");

        assertThrows(FileAlreadyExistsException.class, () -> MappedFiles.create(file, Logs.PAGE));
        assertEquals("in the way", Files.readString(file));
    }

    @Test
    void a_segment_cut_under_the_mapping_costs_one_record_and_is_abandoned() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            Logs.append(log, "a");
            Logs.read(log);
            cutToNothing(Logs.filesWithRecords(directory).getFirst());

            assertEquals(AppendOutcome.IO_ERROR, Logs.append(log, "b"));
            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "c"));
            assertEquals(List.of("c"), Logs.read(log));
            log.release(log.readSequence());
            assertTrue(log.usedBytes() <= 3 * Logs.PAGE);
        }
    }

    @Test
    void records_in_a_segment_that_cannot_be_read_are_counted_and_hold_up_nothing() throws IOException {
        try (SegmentedLog log = Logs.open(directory, FOUR_SEGMENTS)) {
            Logs.append(log, "lost");
            Logs.append(log, "lost, too");
            cutToNothing(Logs.filesWithRecords(directory).getFirst());
            assertEquals(List.of(), Logs.read(log));

            Logs.append(log, "x".repeat(Logs.SMALL.maxRecordBytes()));
            assertEquals(List.of("x".repeat(Logs.SMALL.maxRecordBytes())), Logs.read(log));
            assertEquals(2, log.tornRecords());
            log.release(log.readSequence());
            assertEquals(0, log.pendingRecords());
        }
    }

    private static void cutToNothing(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    private void removeFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
