package ai.ultrathink.understudy.journal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.journal.StoringProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("NullAway") // a null fails the test
class LogLockTest {
    @TempDir
    Path directory;

    @Test
    void a_log_that_this_process_has_open_is_refused() throws IOException {
        try (SegmentedLog log = Logs.open(directory)) {
            UnusableLogException refusal = assertThrows(
                    UnusableLogException.class, () -> Logs.open(directory).close());

            assertTrue(
                    refusal.getMessage()
                            .contains("process " + ProcessHandle.current().pid()),
                    refusal.getMessage());
            assertEquals(AppendOutcome.APPENDED, Logs.append(log, "still works"));
        }
    }

    @Test
    void a_log_that_another_process_has_open_is_refused_until_that_process_dies() throws Exception {
        Process other = StoringProcess.start(directory, 0);
        try (var output = other.inputReader()) {
            output.readLine();
            UnusableLogException refusal = assertThrows(
                    UnusableLogException.class, () -> Logs.open(directory).close());
            assertTrue(refusal.getMessage().contains("process " + other.pid()), refusal.getMessage());
        } finally {
            other.destroyForcibly().waitFor();
        }
        Logs.open(directory).close();
    }

    @Test
    void closing_unlocks() throws IOException {
        Logs.open(directory).close();
        try (SegmentedLog log = Logs.open(directory)) {
            assertEquals(List.of(), Logs.read(log));
        }
    }
}
