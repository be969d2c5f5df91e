package ai.ultrathink.understudy.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** A PostgreSQL of our own: its binaries come with the application, its data stay under the data directory. */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    private final EmbeddedPostgres postgres;

    private EmbeddedDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /**
     * Starts it on a free port of the loopback interface.
     *
     * @param dataDirectory made when absent; what an earlier run stored in it is still there
     * @throws IOException when it does not start; the message says what to look at
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
                    // a hook of its own would stop it at once, under a service that still has results to write
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(START_WITHIN)
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    // the starter is made for tests and turns these off; here a stored row shall stay stored
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start());
        } catch (IOException | IllegalStateException e) {
            throw new IOException(
                    "the embedded PostgreSQL does not start in " + postgres + " (" + e.getMessage()
                            + "); set DATABASE_URL to use one of your own, or UNDERSTUDY_DATA_DIR for another place",
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

    /** Whether the binaries are there. */
    private static boolean comesAlong() {
        try {
            return Stream.of("linux-x86_64", "linux-arm_64", "darwin-arm_64")
                    .anyMatch(system -> EmbeddedDatabase.class.getResource("/postgres-" + system + ".txz") != null);
        } catch (RuntimeException e) {
            // Quarkus' class loader has an index with their archive, and the archive is gone
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
