package ai.ultrathink.understudy.inference.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastWordsTest {

    private final LastWords words = new LastWords();

    @Test
    void the_report_of_a_crash_names_the_signal() {
        assertFalse(words.line("# A fatal error has been detected by the Java Runtime Environment:"));
        assertFalse(words.line("#"));
        assertTrue(words.line("#  SIGFPE (0x8) at pc=0x00007fe66538fe4c, pid=13248, tid=13282"));

        assertEquals(Optional.of(new WorkerEnd("sigfpe", "it ended with SIGFPE")), words.crash());
    }

    @Test
    void other_output_is_no_crash() {
        assertFalse(words.line("free(): invalid next size (fast)"));
        assertFalse(words.line("#  SIGFPE (0x8) at pc=0x00007fe66538fe4c"), "without the line before");

        assertEquals(Optional.empty(), words.crash());
    }

    @ParameterizedTest
    @CsvSource({
        "134, sigabrt, it ended with SIGABRT",
        "136, sigfpe, it ended with SIGFPE",
        "139, sigsegv, it ended with SIGSEGV",
        "3, exit, it ended with exit code 3",
        "0, exit, it ended with exit code 0"
    })
    void an_exit_code_is_told_in_words(int code, String kind, String detail) {
        assertEquals(new WorkerEnd(kind, detail), LastWords.of(code));
    }

    @Test
    void a_kill_may_be_due_to_memory() {
        assertTrue(LastWords.of(137).detail().contains("no memory left"));
    }
}
