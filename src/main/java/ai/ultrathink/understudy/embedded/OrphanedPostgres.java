package ai.ultrathink.understudy.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stops a PostgreSQL that a killed service left running on its data directory, because only one may use the directory.
 * The file that names the process may be older than the machine's last start, or a copy; then its number belongs to
 * another process.
 */
final class OrphanedPostgres {

    private static final String FILE = "postmaster.pid";
    private static final Duration STOP_WITHIN = Duration.ofSeconds(15);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(5);

    /** PostgreSQL records its start time in whole seconds, some time after its process began. */
    private static final Duration NOTED_WITHIN = Duration.ofMinutes(1);

    private static final Duration CLOCKS = Duration.ofSeconds(2);

    private OrphanedPostgres() {}

    /**
     * Stops the process if it exists, and deletes its file.
     *
     * @throws IOException if this user cannot determine whether the process in the file is PostgreSQL
     */
    static void stop(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return;
        }
        Optional<ProcessHandle> named = named(file, directory);
        if (named.isPresent()) {
            stop(named.get());
        }
        Files.deleteIfExists(file);
    }

    /** The process named in the file, if it is certainly this directory's PostgreSQL. */
    private static Optional<ProcessHandle> named(Path file, Path directory) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 3
                || !lines.get(0).strip().matches("\\d{1,10}")
                || !lines.get(2).strip().matches("\\d{1,12}")) {
            // the file is incomplete: its writer was killed before it started anything
            return Optional.empty();
        }
        if (!isSame(Path.of(lines.get(1).strip()), directory)) {
            return Optional.empty();
        }
        Instant noted = Instant.ofEpochSecond(Long.parseLong(lines.get(2).strip()));
        Optional<ProcessHandle> process = ProcessHandle.of(
                        Long.parseLong(lines.get(0).strip()))
                .filter(ProcessHandle::isAlive)
                .filter(candidate -> beganBefore(candidate, noted));
        return process.isPresent() && works(process.get(), directory) ? process : Optional.empty();
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return Files.isDirectory(one) && Files.isSameFile(one, other);
    }

    private static boolean beganBefore(ProcessHandle process, Instant noted) {
        return process.info()
                .startInstant()
                .map(began -> !began.isAfter(noted.plus(CLOCKS)) && !began.isBefore(noted.minus(NOTED_WITHIN)))
                .orElse(true);
    }

    /**
     * Whether a process is the postmaster of a directory: Linux shows its working directory, every system its
     * arguments.
     */
    private static boolean works(ProcessHandle process, Path directory) throws IOException {
        Path place = Path.of("/proc", String.valueOf(process.pid()), "cwd");
        if (Files.isReadable(place)) {
            return isSame(place.toRealPath(), directory) && isPostgres(process);
        }
        if (process.info().command().isEmpty()) {
            throw new IOException(
                    directory.resolve(FILE) + " names process " + process.pid()
                            + ", which this user cannot inspect; stop it if it is a PostgreSQL of this directory, otherwise delete the file");
        }
        return isPostgres(process)
                && process.info().arguments().map(List::of).orElse(List.of()).contains(directory.toString());
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> command.endsWith("postgres"))
                .orElse(false);
    }

    private static void stop(ProcessHandle process) {
        process.destroy();
        if (!ends(process, STOP_WITHIN)) {
            // its data are safe: the write-ahead log is replayed at the next start
            process.destroyForcibly();
            ends(process, GONE_WITHIN);
        }
    }

    private static boolean ends(ProcessHandle process, Duration within) {
        try {
            process.onExit().get(within.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
