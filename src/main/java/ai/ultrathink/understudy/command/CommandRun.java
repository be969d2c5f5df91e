package ai.ultrathink.understudy.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;

/** One run of a command line, as a shell sees it. */
public final class CommandRun {

    private CommandRun() {}

    /**
     * Does what was asked, or says what was not understood.
     *
     * @param strategy does what was understood
     * @return the exit code; not 0 if the output could not be written
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
        // a reason may begin with @, and is not the name of a file with further arguments
        line.setExpandAtFiles(false);
        int code = line.execute(args);
        Optional<String> unwritten = out instanceof CommandOutput output ? output.failure() : Optional.empty();
        unwritten.ifPresent(why -> err.println("the output could not be written: " + why));
        return unwritten.isPresent() && code == ExitCode.DONE ? ExitCode.UNWRITTEN : code;
    }
}
