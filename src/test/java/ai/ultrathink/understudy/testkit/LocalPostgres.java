package ai.ultrathink.understudy.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A PostgreSQL of a test's own on a free port, which can hang, die and come back. A service that is killed leaves it alone. */
public final class LocalPostgres implements AutoCloseable {

    private static final String USER = "postgres";
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private final EmbeddedPostgres postgres;
    private final Path data;
    private final PostgresProcesses processes;
    private Path binaries;
    private final Path log;
    private final AtomicInteger databases = new AtomicInteger();
    private boolean paused;

    private LocalPostgres(EmbeddedPostgres postgres, Path data, Path binaries, Path log) {
        this.postgres = postgres;
        this.data = data;
        this.processes = new PostgresProcesses(data);
        this.binaries = binaries;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param directory where its data and its log go
     */
    public static LocalPostgres start(Path directory) throws IOException {
        // the starter turns it off; what was committed shall survive a kill. It outlives no power failure: no fsync
        return start(directory, Map.of("synchronous_commit", "on"));
    }

    /** As above, with settings of its own. */
    public static LocalPostgres start(Path directory, Map<String, String> settings) throws IOException {
        Path data = directory.resolve("postgres").toAbsolutePath();
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder().setDataDirectory(data).setPGStartupWait(WITHIN);
        settings.forEach(builder::setServerConfig);
        EmbeddedPostgres postgres = builder.start();
        Path program = Path.of(
                new PostgresProcesses(data).postmaster().info().command().orElseThrow());
        return new LocalPostgres(
                postgres, data, Objects.requireNonNull(program.getParent()), directory.resolve("postgres.log"));
    }

    /** Makes an empty database and returns its URL, as DATABASE_URL wants it. */
    public String newDatabase() throws SQLException {
        String name = "understudy_" + databases.incrementAndGet();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return url(name);
    }

    /** The URL of the database that is there from the start. */
    public String url() {
        return url("postgres");
    }

    private String url(String database) {
        return "postgresql://127.0.0.1:" + postgres.getPort() + "/" + database;
    }

    /** What a service needs in its environment to use a database. */
    public static Map<String, String> environment(String databaseUrl) {
        return Map.of("DATABASE_URL", databaseUrl, "DATABASE_USERNAME", USER);
    }

    /** A connection past the service. */
    public static Connection connect(String databaseUrl) throws SQLException {
        return DriverManager.getConnection("jdbc:" + databaseUrl, USER, "");
    }

    /** The first of its processes, which starts the others. */
    public ProcessHandle postmaster() throws IOException {
        return processes.postmaster();
    }

    /** Stops all of its processes where they are (SIGSTOP): connections stay open and nobody answers. */
    public void pause() throws IOException {
        processes.pause();
        paused = true;
    }

    /** Lets them go on (SIGCONT). */
    public void resume() throws IOException {
        processes.resume();
        paused = false;
    }

    /** Ends all of its processes without asking (SIGKILL); connections are reset. {@link #restart} follows. */
    public void kill() throws IOException {
        processes.kill();
        paused = false;
    }

    /** Ends it without a checkpoint (an immediate shutdown): clients are told that it goes. {@link #restart} follows. */
    public void stopAtOnce() throws IOException {
        control("stop");
    }

    /**
     * Starts it again on its data and its port, and returns when it has recovered. Where it still runs, an immediate shutdown
     * comes first.
     */
    public void restart() throws IOException {
        control("restart");
    }

    /**
     * Restarts it from a copy of its programs, to which files can be added.
     *
     * @return where the control files of extensions are
     */
    public Path restartFromCopy(Path copy) throws IOException {
        Path installation = Objects.requireNonNull(binaries.getParent());
        try (Stream<Path> files = Files.walk(installation)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        copy.resolve(installation.relativize(file).toString()),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        binaries = copy.resolve("bin");
        restart();
        try (Stream<Path> files = Files.walk(copy)) {
            return files.filter(file -> file.endsWith("plpgsql.control"))
                    .findFirst()
                    .map(Path::getParent)
                    .orElseThrow();
        }
    }

    private void control(String action) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            // as the starter does: PostgreSQL does not run as root
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(binaries.resolve("pg_ctl").toString(), action));
        command.addAll(List.of("-p", binaries.resolve("postgres").toString()));
        command.addAll(List.of("-D", data.toString(), "-l", log.toString(), "-m", "immediate", "-w"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            if (!process.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("pg_ctl " + action + " does not succeed; its log:\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (paused) {
            resume();
        }
        postgres.close();
    }
}
