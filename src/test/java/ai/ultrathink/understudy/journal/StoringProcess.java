package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.journal.log.AppendOutcome;
import ai.ultrathink.understudy.journal.log.LogSettings;
import ai.ultrathink.understudy.journal.log.Logs;
import ai.ultrathink.understudy.journal.log.SegmentedLog;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A process to be killed: two threads append as fast as they can, a third reads and releases. Its output is the database
 * of the test: {@code A n;} says that record n was appended, {@code S n;} that it was read and stored, which is written
 * before it is released.
 */
public final class StoringProcess {
    private static final int BATCH = 50;
    private static final long PAUSE_NANOS = 20_000;

    private StoringProcess() {}

    /** Starts it. Its records are numbered from {@code first}, the odd and the even ones by a thread each. */
    public static Process start(Path directory, long first) throws IOException, URISyntaxException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes(SegmentedLog.class) + File.pathSeparator + classes(StoringProcess.class),
                        StoringProcess.class.getName(),
                        directory.toString(),
                        Long.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] args) throws Exception {
        LogSettings settings = new LogSettings(4 * Logs.PAGE, 64 * Logs.PAGE, 0, Duration.ofSeconds(1));
        SegmentedLog log = SegmentedLog.open(Path.of(args[0]), settings, System::nanoTime);
        long first = Long.parseLong(args[1]);
        PrintStream out = System.out;
        Thread.ofPlatform().start(() -> append(log, first, out));
        Thread.ofPlatform().start(() -> append(log, first + 1, out));
        while (true) {
            if (log.poll(BATCH, (sequence, payload) -> out.println("S " + number(payload) + ";")) == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            log.release(log.readSequence());
        }
    }

    /** The bytes of record n: its number and a random tail that depends on it. */
    public static byte[] record(long number) {
        Random random = new Random(number);
        byte[] bytes = new byte[Long.BYTES + random.nextInt(500)];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putLong(0, number);
        return bytes;
    }

    /** The number of a record, whose bytes must be those of {@link #record}. */
    public static long number(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        long number = ByteBuffer.wrap(bytes).getLong(0);
        if (!Arrays.equals(bytes, record(number))) {
            throw new AssertionError("Record %d came back changed: %s".formatted(number, Arrays.toString(bytes)));
        }
        return number;
    }

    // yields only to spare the processor until there is room
    @SuppressWarnings("ThreadPriorityCheck")
    private static void append(SegmentedLog log, long first, PrintStream out) {
        for (long number = first; ; number += 2) {
            byte[] bytes = record(number);
            while (log.append(bytes, 0, bytes.length) != AppendOutcome.APPENDED) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            out.println("A " + number + ";");
        }
    }

    private static String classes(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }
}
