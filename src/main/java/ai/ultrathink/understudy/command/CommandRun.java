package ai.ultrathink.understudy.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** One run of a command line, as a shell sees it. */
public final class CommandRun {

    private CommandRun() {}

    /**
     * Does what was asked, or says what was not understood.
     *
     * @param strategy does what was understood
     * @return the exit code
     */
    public static int of(
            CommandLine line,
            CommandLine.IExecutionStrategy strategy,
            PrintStream out,
            PrintStream err,
            String... args) {
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setExecutionStrategy(strategy);
        return line.execute(args);
    }
}
