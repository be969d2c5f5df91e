package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a shell sees them: what they print, and the exit codes. ModelCheckTest has what they do. */
class ModelMainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void only_the_first_argument_model_is_a_command_of_it() {
        assertTrue(ModelMain.asked("model", "check"));
        assertFalse(ModelMain.asked());
        assertFalse(ModelMain.asked("treatment-worker", "a", "2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|Usage: bin/understudy model",
                "check|Missing required parameter: 'FOLDER'",
                "pack a.pt b|Missing required options: '--actions=NAME,…', '--input=SIZE,…'",
                "pack a.pt b --actions A,B --input x|--input: got \"x\"; allowed: whole numbers with commas",
                "pack a.pt b --actions A,b --input 2|actions: got \"b\"; allowed: 1 to 32 characters",
                "pack none.pt b --actions A,B --input 2|file: got \"none.pt\"; allowed: a file with a network",
                "unpack|Unmatched argument",
            })
    void what_is_not_understood_exits_with_2_and_says_why(String command, String why) {
        assertEquals(2, execute(command.isEmpty() ? new String[0] : command.split(" ")));

        assertTrue(err.toString(StandardCharsets.UTF_8).contains(why), err.toString(StandardCharsets.UTF_8));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void a_folder_that_is_refused_exits_with_1_and_help_with_0(@TempDir Path folder) {
        assertEquals(1, execute("check", folder.toString()));
        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("model.json is missing\nmodel.pt is missing\n"));

        assertEquals(0, execute("pack", "--help"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("--output-index=N"));
    }

    private int execute(String... arguments) {
        return new ModelMain(
                        new ManualTime(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(arguments);
    }
}
