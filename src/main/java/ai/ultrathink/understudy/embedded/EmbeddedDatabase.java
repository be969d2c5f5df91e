package ai.ultrathink.understudy.embedded;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;

/** The embedded PostgreSQL: its binaries come with the application, and its data are in the data directory. */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private static final String SUPERUSER = "postgres";

    private final EmbeddedPostgres postgres;
    private final String password;

    private EmbeddedDatabase(EmbeddedPostgres postgres, String password) {
        this.postgres = postgres;
        this.password = password;
    }

    /**
     * Starts PostgreSQL on a free port of the loopback interface, for those who know its password.
     *
     * @param dataDirectory created if missing; data of earlier runs are kept
     * @throws IOException if it does not start; the message says what to check
     */
    public static EmbeddedDatabase start(Path dataDirectory) throws IOException {
        if (!comesAlong()) {
            throw new IOException(
                    "DATABASE_URL: got nothing; allowed: postgresql://host:port/database, since no PostgreSQL"
                            + " comes with this package, as with an image");
        }
        Path postgres = dataDirectory.resolve("postgres").toAbsolutePath();
        try {
            Files.createDirectories(postgres);
            OrphanedPostgres.stop(postgres);
            boolean earlier = Files.exists(postgres.resolve("PG_VERSION"));
            Path programs = programs(dataDirectory);
            PostgresPassword password = PostgresPassword.of(dataDirectory);
            return new EmbeddedDatabase(
                    EmbeddedPostgres.builder()
                            .setDataDirectory(postgres)
                            .setCleanDataDirectory(false)
                            .setOverrideWorkingDirectory(programs.toFile())
                            .setPgBinaryResolver(new Archive())
                            // of initdb, which takes the last of two
                            .setLocaleConfig("auth", "scram-sha-256")
                            .setLocaleConfig("pwfile", password.file().toString())
                            .setConnectConfig("password", password.text())
                            .setDataDirectoryCustomizer(data -> {
                                if (earlier) {
                                    password.enforce(data.toPath(), programs);
                                }
                            })
                            // an empty name, as the shell reads it: no socket, which would lie in a folder of all users
                            .setServerConfig("unix_socket_directories", "''")
                            // its own hook would stop it while the service still has results to write
                            .setRegisterShutdownHook(false)
                            .setPGStartupWait(START_WITHIN)
                            .setServerConfig("listen_addresses", "127.0.0.1")
                            // the library is meant for unit tests and turns these off; here a stored row must stay
                            // stored
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .start(),
                    password.text());
        } catch (IOException | IllegalStateException | UncheckedIOException e) {
            throw new IOException(
                    "the embedded PostgreSQL does not start in " + postgres + " (" + e.getMessage()
                            + "); set DATABASE_URL to use another PostgreSQL, or UNDERSTUDY_DATA_DIR to use another directory",
                    e);
        }
    }

    /**
     * Where the programs are unpacked: by default in a folder that every user of the machine may write to. The library makes its
     * folder writable for all, so that there is another around it.
     */
    private static Path programs(Path dataDirectory) throws IOException {
        Path outer = dataDirectory.resolve("postgres-programs").toAbsolutePath();
        Files.createDirectories(outer);
        Files.setPosixFilePermissions(outer, PosixFilePermissions.fromString("rwx------"));
        return outer.resolve("unpacked");
    }

    /** {@code postgresql://host:port/database} */
    public String url() {
        return "postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
    }

    public String username() {
        return SUPERUSER;
    }

    public String password() {
        return password;
    }

    /** Whether the binaries are included. */
    private static boolean comesAlong() {
        try {
            return Stream.of("linux-x86_64", "linux-arm_64", "darwin-arm_64")
                    .anyMatch(system -> EmbeddedDatabase.class.getResource("/postgres-" + system + ".txz") != null);
        } catch (RuntimeException e) {
            // the archive is in the index of Quarkus' class loader, but was removed
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }

    /** Not a constant, because the library remembers for each object where it has unpacked what that has found. */
    private static final class Archive implements PgBinaryResolver {

        @Override
        public InputStream getPgBinary(String system, String machineHardware) throws IOException {
            return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, machineHardware);
        }
    }
}
