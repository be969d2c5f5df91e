package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Signals that Java has no method for, sent as a shell sends them. */
public final class Signals {

    private Signals() {}

    /** Sends a signal, named as {@code kill -l} names it, to processes in their order. One that has ended is no matter. */
    public static void send(String name, Stream<ProcessHandle> processes) {
        String pids = processes.map(process -> Long.toString(process.pid())).collect(Collectors.joining(" "));
        try {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + pids)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
