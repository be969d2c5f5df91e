package ai.ultrathink.understudy.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** The embedded PostgreSQL: its binaries come with the application, and its data are in the data directory. */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private final EmbeddedPostgres postgres;

    private EmbeddedDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /**
     * Starts PostgreSQL on a free port of the loopback interface.
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
            return new EmbeddedDatabase(EmbeddedPostgres.builder()
                    .setDataDirectory(postgres)
                    .setCleanDataDirectory(false)
                    // its own hook would stop it while the service still has results to write
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(START_WITHIN)
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    // the library is meant for unit tests and turns these off; here a stored row must stay stored
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start());
        } catch (IOException | IllegalStateException e) {
            throw new IOException(
                    "the embedded PostgreSQL does not start in " + postgres + " (" + e.getMessage()
                            + "); set DATABASE_URL to use another PostgreSQL, or UNDERSTUDY_DATA_DIR to use another directory",
                    e);
        }
    }

    /** {@code postgresql://host:port/database} */
    public String url() {
        return "postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
    }

    public String username() {
        return "postgres";
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
}
