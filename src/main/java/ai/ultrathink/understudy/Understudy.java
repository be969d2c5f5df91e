package ai.ultrathink.understudy;

import ai.ultrathink.understudy.embedded.EmbeddedDatabase;
import ai.ultrathink.understudy.http.connection.TlsSettings;
import ai.ultrathink.understudy.http.identity.AccessSettings;
import ai.ultrathink.understudy.http.problem.HttpSocketExtension;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.net.BindException;
import java.util.Locale;

/** Starts the service, with an embedded PostgreSQL if none is configured; or, for a running service, its worker; or does a command. */
@QuarkusMain
public final class Understudy {

    private static final String HOST = "quarkus.http.host";

    private Understudy() {}

    public static void main(String... args) {
        if (WorkerMain.asked(args)) {
            WorkerMain.run(args);
            return;
        }
        if (ModelMain.asked(args)) {
            ModelMain.run(args);
            return;
        }
        if (ImportMain.asked(args)) {
            ImportMain.run(args);
            return;
        }
        if (CommandMain.asked(args)) {
            CommandMain.run(args);
            return;
        }
        ShutdownHook ending = new ShutdownHook();
        try {
            Settings settings = Settings.of(System.getenv());
            DataDirectory.take(settings.dataDir());
            Libtorch.configure();
            // Vert.x would reject an invalid request target without a message; RequestGate checks it
            System.setProperty("vertx.disableURIValidation", "true");
            HttpSocketExtension.prepare();
            if (settings.loopbackOnly() && System.getProperty(HOST) == null) {
                System.setProperty(HOST, AccessSettings.LOOPBACK);
            }
            settings.tls().properties().forEach(Understudy::setUnlessSet);
            if (Boolean.parseBoolean(System.getProperty("understudy.preload", "true"))) {
                EventLoopClasses.load();
            }
            ending.await();
            if (settings.databaseUrl().isEmpty() && System.getProperty("DATABASE_URL") == null) {
                EmbeddedDatabase database = EmbeddedDatabase.start(settings.dataDir());
                ending.stopAtLast(database);
                System.setProperty("DATABASE_URL", database.url());
                System.setProperty("DATABASE_USERNAME", database.username());
                System.setProperty("DATABASE_PASSWORD", database.password());
            }
            Quarkus.run(
                    null,
                    (code, problem) -> {
                        if (problem != null) {
                            System.err.println(why(problem));
                        }
                        ending.exit(code);
                    },
                    args);
        } catch (IllegalArgumentException | IOException e) {
            System.err.println(e.getMessage());
            ending.exit(1);
        } catch (RuntimeException | Error e) {
            // an error, not an invalid setting: reported with its stack trace and by the exit code
            ending.failed();
            throw e;
        }
    }

    /** Sets a property of Quarkus where neither it nor its variable is set. */
    private static void setUnlessSet(String property, String value) {
        String variable = property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
        if (System.getProperty(property) == null && System.getenv(variable) == null) {
            System.setProperty(property, value);
        }
    }

    /** The cause on one line; the rest is in the log. */
    private static String why(Throwable problem) {
        Throwable cause = problem;
        while (cause.getCause() != null && !(cause instanceof BindException)) {
            cause = cause.getCause();
        }
        if (cause instanceof BindException) {
            // with TLS nothing else listens
            boolean tls = System.getProperty(TlsSettings.IN_USE) != null;
            String name = tls ? "QUARKUS_HTTP_SSL_PORT" : "QUARKUS_HTTP_PORT";
            String port = System.getenv().getOrDefault(name, tls ? "8443" : "8080");
            return name + ": got \"" + port + "\"; allowed: a port that is not in use";
        }
        return "the service does not start: "
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
    }
}
