package ai.ultrathink.understudy;

import ai.ultrathink.understudy.embedded.EmbeddedDatabase;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Starts the service, and a PostgreSQL with it when none is configured. */
@QuarkusMain
public final class Understudy {

    private Understudy() {}

    public static void main(String... args) {
        try {
            Settings settings = Settings.of(System.getenv());
            DataDirectory.take(settings.dataDir());
            findLibtorch();
            if (settings.databaseUrl().isPresent() || System.getProperty("DATABASE_URL") != null) {
                Quarkus.run(args);
                return;
            }
            EmbeddedDatabase database = EmbeddedDatabase.start(settings.dataDir());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(database), "embedded-database-stop"));
            System.setProperty("DATABASE_URL", database.url());
            System.setProperty("DATABASE_USERNAME", database.username());
            Quarkus.run(args);
        } catch (IllegalArgumentException | IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** Stops the database when the service has written its last results. All shutdown hooks start at once, so this waits. */
    private static void stop(EmbeddedDatabase database) {
        Application service = Application.currentApplication();
        if (service != null) {
            service.awaitShutdown();
        }
        System.clearProperty("DATABASE_URL");
        try {
            database.close();
        } catch (IOException e) {
            System.err.println("the embedded PostgreSQL did not stop: " + e.getMessage());
        }
    }

    /** libtorch lies in a folder beside the application; the engine looks for it where this property points. */
    private static void findLibtorch() {
        if (System.getProperty("PYTORCH_LIBRARY_PATH") != null || System.getenv("PYTORCH_LIBRARY_PATH") != null) {
            return;
        }
        for (String candidate : new String[] {"libtorch", "target/libtorch"}) {
            Path directory = Path.of(candidate).toAbsolutePath();
            if (Files.isDirectory(directory)) {
                System.setProperty("PYTORCH_LIBRARY_PATH", directory.toString());
                return;
            }
        }
    }
}
