package ai.ultrathink.understudy.journal;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Measures single appends while a reader drains: {@code java ... AppendLatency <directory> <threads> <records per thread>
 * <pause between records in ns>}. A pause of 0 is a tight loop, where the reader keeps a core busy as well.
 */
final class AppendLatency {
    private static final int RECORD_BYTES = 200;

    public static void main(String[] args) throws Exception {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int threads = Integer.parseInt(args[1]);
        int records = Integer.parseInt(args[2]);
        long pause = Long.parseLong(args[3]);
        LogSettings settings = new LogSettings(8 << 20, 1L << 30, 0, Duration.ofSeconds(1));
        try (SegmentedLog log = SegmentedLog.open(directory, settings, System::nanoTime)) {
            AtomicBoolean done = new AtomicBoolean();
            Thread reader = Thread.ofPlatform().start(() -> drain(log, done));
            for (String round : List.of("warm-up", "measured")) {
                run(log, round, threads, records, pause);
            }
            done.set(true);
            reader.join();
        }
    }

    private static void run(SegmentedLog log, String round, int threads, int records, long pause) throws Exception {
        long[][] histograms = new long[threads][];
        long[] allocated = new long[threads];
        List<Thread> writers = new ArrayList<>();
        long first = log.nextSequence();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            int index = i;
            writers.add(Thread.ofPlatform().start(() -> {
                long before = allocatedBytes();
                histograms[index] = write(log, records, pause);
                allocated[index] = allocatedBytes() - before;
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        long nanos = System.nanoTime() - start;
        long[] sum = new long[histograms[0].length];
        long bytes = 0;
        for (int i = 0; i < threads; i++) {
            for (int bucket = 0; bucket < sum.length; bucket++) {
                sum[bucket] += histograms[i][bucket];
            }
            bytes += allocated[i];
        }
        long total = (long) threads * records;
        System.out.printf(
                "%-8s threads=%d pause=%dns %,.0f records/s  p50=%,dns p90=%,dns p99=%,dns p99.9=%,dns p99.99=%,dns max=%,dns"
                        + "  allocated=%.1f B/record  refused=%d%n",
                round,
                threads,
                pause,
                total * 1e9 / nanos,
                at(sum, .5),
                at(sum, .9),
                at(sum, .99),
                at(sum, .999),
                at(sum, .9999),
                at(sum, 1),
                (double) bytes / total,
                total - (log.nextSequence() - first));
    }

    private static long[] write(SegmentedLog log, int records, long pause) {
        long[] histogram = new long[64 * 16];
        byte[] record = new byte[RECORD_BYTES];
        for (int i = 0; i < RECORD_BYTES; i++) {
            record[i] = (byte) i;
        }
        for (int i = 0; i < records; i++) {
            record[i % RECORD_BYTES]++;
            long before = System.nanoTime();
            log.append(record, 0, RECORD_BYTES);
            long after = System.nanoTime();
            histogram[bucket(after - before)]++;
            while (System.nanoTime() - after < pause) {
                Thread.onSpinWait();
            }
        }
        return histogram;
    }

    private static void drain(SegmentedLog log, AtomicBoolean done) {
        while (!done.get()) {
            if (log.poll(1000, (sequence, payload) -> {}) > 0) {
                log.release(log.readSequence());
            } else {
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** Sixteen buckets for each power of two: at most 6% wide. */
    private static int bucket(long nanos) {
        if (nanos < 16) {
            return (int) Math.max(0, nanos);
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        return (power - 3) * 16 + (int) ((nanos >>> (power - 4)) & 15);
    }

    private static long at(long[] histogram, double quantile) {
        long total = 0;
        for (long count : histogram) {
            total += count;
        }
        long wanted = (long) Math.ceil(total * quantile);
        int bucket = -1;
        for (long seen = 0; seen < wanted; seen += histogram[bucket]) {
            bucket++;
        }
        return bucket < 16 ? bucket : (17L + bucket % 16) << (bucket / 16 - 1);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private AppendLatency() {}
}
