package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.journal.StoringProcess;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
// yields only to spare the processor while the other side works; nothing depends on who runs when
@SuppressWarnings("ThreadPriorityCheck")
class ConcurrentLogTest {
    private static final int THREADS = 8;
    private static final int RECORDS_PER_THREAD = 10_000;
    private static final long PAUSE_NANOS = 20_000;

    @TempDir
    Path directory;

    @Test
    void every_record_of_many_threads_is_read_once_and_in_the_order_of_its_thread() throws Exception {
        LogSettings settings = new LogSettings(4 * Logs.PAGE, 64 * Logs.PAGE, 0, Duration.ofMillis(1));
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS);
                SegmentedLog log = SegmentedLog.open(directory, settings, System::nanoTime)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int from = thread * RECORDS_PER_THREAD;
                writers.add(threads.submit(() -> write(log, from)));
            }
            Reader reader = new Reader();
            while (reader.seen.cardinality() < THREADS * RECORDS_PER_THREAD) {
                if (log.poll(100, reader) == 0) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                log.release(log.readSequence());
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            assertEquals(0, log.poll(1, reader));
            assertEquals(THREADS * RECORDS_PER_THREAD, log.nextSequence());
            assertEquals(0, log.pendingRecords());
        }
    }

    private static void write(SegmentedLog log, int from) {
        for (int number = from; number < from + RECORDS_PER_THREAD; number++) {
            append(log, StoringProcess.record(number));
        }
    }

    /**
     * Appends, as soon as there is room: that the log is full at times, and the reader empties it, is part of the test; and that the
     * next segment is not made yet.
     */
    private static void append(SegmentedLog log, byte[] bytes) {
        AppendOutcome outcome = log.append(bytes, 0, bytes.length);
        while (outcome == AppendOutcome.FULL || outcome == AppendOutcome.IO_ERROR) {
            LockSupport.parkNanos(PAUSE_NANOS);
            outcome = log.append(bytes, 0, bytes.length);
        }
        assertEquals(AppendOutcome.APPENDED, outcome);
    }

    private static final class Reader implements RecordConsumer {
        private final BitSet seen = new BitSet();
        private final long[] last = new long[THREADS];

        @Override
        public void accept(long sequence, ByteBuffer payload) {
            int number = (int) StoringProcess.number(payload);
            int thread = number / RECORDS_PER_THREAD;
            assertTrue(number % RECORDS_PER_THREAD == 0 || number > last[thread], "a thread's records changed places");
            assertTrue(!seen.get(number), "read twice");
            last[thread] = number;
            seen.set(number);
        }
    }
}
