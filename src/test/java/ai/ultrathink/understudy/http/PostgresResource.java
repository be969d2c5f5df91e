package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One PostgreSQL for the whole run, and a models directory that tests may change. */
public final class PostgresResource implements QuarkusTestResourceLifecycleManager {

    private static final Path TARGET = Path.of("target");

    private @Nullable LocalPostgres postgres;

    @Override
    public Map<String, String> start() {
        Path data;
        try {
            // a journal of an earlier run would be written into the new database
            data = Files.createTempDirectory(TARGET, "test-data-").toAbsolutePath();
            ModelsDirectory.assemble();
            // nobody reads these data after a crash
            postgres = LocalPostgres.start(
                    Files.createTempDirectory(TARGET, "test-postgres-"),
                    Map.of("fsync", "off", "full_page_writes", "off", "synchronous_commit", "off"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                // whatever tests say of shadows holds while control is asked twice
                "understudy.trial.noise-fraction",
                "1",
                "understudy.data.dir",
                data.toString(),
                "DATABASE_URL",
                postgres.url(),
                "DATABASE_USERNAME",
                "postgres",
                "understudy.models.dir",
                ModelsDirectory.PATH.toString(),
                // tests wait for what probes find
                "understudy.probe.every",
                "500ms",
                // and for what is decided
                "understudy.rollout.evaluate-every",
                "200ms",
                // a free one: other builds may run on the machine
                "quarkus.http.test-port",
                "0");
    }

    @Override
    public void stop() {
        if (postgres == null) {
            return;
        }
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
