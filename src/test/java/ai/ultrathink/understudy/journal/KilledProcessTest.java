package ai.ultrathink.understudy.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.journal.log.Logs;
import ai.ultrathink.understudy.journal.log.SegmentedLog;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KilledProcessTest {
    /** How many processes to kill: five in the short form, more with {@code -Dunderstudy.kills=200}. */
    private static final int KILLS = Integer.getInteger("understudy.kills", 5);

    private static final long NUMBERS_PER_PROCESS = 100_000_000;

    @TempDir
    Path directory;

    private final Set<Long> appended = new HashSet<>();
    private final Set<Long> stored = new HashSet<>();

    @Test
    void what_was_appended_before_a_kill_is_stored_before_it_or_read_after_it() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            run(kill * NUMBERS_PER_PROCESS, 1 + random.nextInt(20_000));
            Set<Long> found = readWithoutReleasing();
            for (long number : appended) {
                assertTrue(
                        stored.contains(number) || found.contains(number),
                        () -> "Record %d was lost; seed %d".formatted(number, seed));
            }
        }
        assertTrue(appended.size() > KILLS, "the processes got somewhere");
    }

    /** Runs a process on the log until it has written this many lines, kills it, and notes what it wrote. */
    private void run(long first, int lines) throws Exception {
        Process process = StoringProcess.start(directory, first);
        try (BufferedReader output = process.inputReader()) {
            int read = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                note(line);
                if (++read == lines) {
                    // Not Process.destroyForcibly: that closes the pipe, and what it still holds would be lost.
                    process.toHandle().destroyForcibly();
                }
            }
            assertTrue(read >= lines, "the process ended by itself");
        }
        process.waitFor();
    }

    private void note(String line) {
        // A kill may cut the last line short: without its end it counts for nothing.
        if (line.endsWith(";")) {
            long number = Long.parseLong(line.substring(2, line.length() - 1));
            (line.charAt(0) == 'A' ? appended : stored).add(number);
        }
    }

    /** What the next process would find. It is left to that one to store. */
    private Set<Long> readWithoutReleasing() throws Exception {
        Set<Long> found = new HashSet<>();
        try (SegmentedLog log = Logs.open(directory)) {
            int count = log.poll(Integer.MAX_VALUE, (sequence, payload) -> found.add(StoringProcess.number(payload)));
            assertEquals(count, found.size(), "a record is in the log twice");
            assertEquals(0, log.poll(1, (sequence, payload) -> {}));
        }
        return found;
    }
}
