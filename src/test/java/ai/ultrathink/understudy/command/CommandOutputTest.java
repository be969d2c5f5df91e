package ai.ultrathink.understudy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class CommandOutputTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Prints a line to an output that takes nothing, and would end with a code of its own. */
    private int printed(String why, int code) {
        OutputStream sink = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException(why);
            }
        };
        CommandOutput out = new CommandOutput(sink, StandardCharsets.UTF_8);
        return CommandRun.of(
                new CommandLine(CommandSpec.create()),
                parsed -> {
                    out.println("a line");
                    return code;
                },
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void output_that_cannot_be_written_is_no_success() {
        assertEquals(8, printed("No space left on device", 0));
        assertEquals("the output could not be written: No space left on device\n", complained());
    }

    @Test
    void what_went_wrong_before_counts_more() {
        assertEquals(3, printed("No space left on device", 3));
    }

    @Test
    void a_reader_that_has_had_enough_is_no_failure() {
        assertEquals(0, printed("Broken pipe", 0));
        assertEquals("", complained());
    }
}
