package ai.ultrathink.understudy.storage;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.jboss.logging.Logger;

/**
 * The database's schema. Migrated when the database is there, which may be long after the start: the service serves control
 * without it.
 */
@ApplicationScoped
public class Schema {

    private static final Logger LOG = Logger.getLogger(Schema.class);

    // what was migrated once stays what it is, even if the extension is installed later
    private static final String FLAVOUR = "select coalesce("
            + "(select relkind = 'v' from pg_class where oid = to_regclass('ab_test_latency_daily')),"
            + " exists (select from pg_available_extensions where name = 'timescaledb')) as timescale";

    private final Flyway flyway;
    private final Database database;
    private final Duration retryAfter;
    private volatile boolean ready;
    private volatile String lastProblem = "";
    private volatile int failures;

    Schema(Flyway flyway, Database database, StorageConfig config) {
        this.flyway = flyway;
        this.database = database;
        this.retryAfter = config.retryAfter();
    }

    /** Whether the schema is in place. */
    public boolean ready() {
        return ready;
    }

    /** Whether the database was asked more than once and did not answer, or not as it should, so far. */
    public boolean databaseAway() {
        return !ready && failures > 1;
    }

    /** Ends when the schema is in place; tries until then. */
    public Uni<Void> migrated() {
        return timescale()
                .chain(timescale -> Uni.createFrom()
                        .item(() -> migrate(timescale))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()))
                .onFailure()
                .invoke(this::report)
                .onFailure()
                .retry()
                .withBackOff(retryAfter, retryAfter)
                .indefinitely()
                .invoke(() -> ready = true)
                .replaceWithVoid();
    }

    private Uni<Boolean> timescale() {
        return database.poll(connection -> connection
                .query(FLAVOUR)
                .execute()
                .map(rows -> rows.iterator().next().getBoolean("timescale")));
    }

    private boolean migrate(boolean timescale) {
        Configuration configured = flyway.getConfiguration();
        int applied = Flyway.configure()
                .configuration(configured)
                .resourceProvider(new FlavourResources(
                        configured.getResourceProvider(), timescale ? "postgresql" : "timescaledb"))
                .load()
                .migrate()
                .migrationsExecuted;
        LOG.infof(
                "the schema is in place on %s; %d migrations applied now",
                timescale ? "TimescaleDB" : "plain PostgreSQL", applied);
        return true;
    }

    /** One line when the reason changes, not one a second. */
    private void report(Throwable failure) {
        // attempts are one after the other, so nobody else counts
        failures = failures + 1;
        String problem =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("unknown");
        if (!problem.equals(lastProblem)) {
            lastProblem = problem;
            LOG.warnf("the database is away, trying again every %d ms: %s", retryAfter.toMillis(), problem);
        }
    }
}
