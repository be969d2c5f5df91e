package ai.ultrathink.understudy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes of a PostgreSQL.
 *
 * @param data its data directory
 */
public record PostgresProcesses(Path data) {

    private static final Duration END_WITHIN = Duration.ofSeconds(60);

    /** The first of them, which starts the others. */
    public ProcessHandle postmaster() throws IOException {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
        return ProcessHandle.of(Long.parseLong(pid.strip()))
                .orElseThrow(() -> new IOException("no PostgreSQL runs in " + data));
    }

    /** Stops them where they are (SIGSTOP): connections stay open and nobody answers. */
    public void pause() throws IOException {
        // the postmaster first, so that it starts no other meanwhile
        Signals.send("STOP", Stream.of(postmaster()));
        Signals.send("STOP", all());
    }

    /** Lets them go on (SIGCONT). */
    public void resume() throws IOException {
        Signals.send("CONT", all());
    }

    /** Ends them without asking (SIGKILL); connections are reset. */
    public void kill() throws IOException {
        pause();
        List<ProcessHandle> killed = all().toList();
        Signals.send("KILL", killed.stream());
        CompletableFuture.allOf(killed.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .orTimeout(END_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private Stream<ProcessHandle> all() throws IOException {
        ProcessHandle postmaster = postmaster();
        return Stream.concat(Stream.of(postmaster), postmaster.children());
    }
}
