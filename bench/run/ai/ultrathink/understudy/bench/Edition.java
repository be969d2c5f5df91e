package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the two forms that the service comes in, with a PostgreSQL of its own.
 *
 * @param name for people
 * @param executable the native one, or an empty text for the JVM's
 * @param postgres nobody else uses it
 */
record Edition(String name, String executable, Postgres postgres) {

    static Edition of(String name, String executable) throws IOException, SQLException {
        return new Edition(
                name,
                executable,
                Postgres.start(BenchSettings.DATA.resolve("database-of-" + name).toAbsolutePath()));
    }

    /** Starts it again and again, the first time on an empty database; milliseconds until it was ready. */
    List<Double> starts(int times) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            try (ServiceProcess process = UnderstudyContender.launch(name, executable, postgres)) {
                millis.add(process.readyAfter().toNanos() / 1e6);
            }
        }
        return millis;
    }

    UnderstudyContender start() throws IOException, InterruptedException {
        return UnderstudyContender.start(name, executable, postgres);
    }
}
