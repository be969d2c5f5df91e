package ai.ultrathink.understudy.storage.db;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.MigrateResult;
import org.jboss.logging.Logger;

/** One attempt at the schema: looks at what is there, and migrates it if it is ours or free. */
@ApplicationScoped
class Migrator {

    private static final Logger LOG = Logger.getLogger(Migrator.class);

    /** Time between checks whether the server still has the sessions. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(3);

    private static final String ALIVE = "select pid from pg_stat_activity where pid = any($1)";

    // the number of Flyway's lock begins with this one, for every table
    private static final String HOLDER = "select a.pid, coalesce(host(a.client_addr), 'local') as client"
            + " from pg_locks l join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and l.granted"
            + " and l.classid between 18027 and 18029 and a.datname = current_database() limit 1";

    // an attempt follows each second, while another replica migrates
    private static final int LOCK_RETRIES = 3;

    private final Flyway flyway;
    private final DatabaseAccess access;
    private final Database database;
    private final StorageConfig config;
    private final SchemaInUse inUse;

    Migrator(Flyway flyway, DatabaseAccess access, Database database, StorageConfig config, SchemaInUse inUse) {
        this.flyway = flyway;
        this.access = access;
        this.database = database;
        this.config = config;
        this.inUse = inUse;
    }

    /** Makes one attempt. Returns the problem, or nothing if the schema is in place. */
    Uni<Optional<FailureCause>> attempt() {
        return Uni.createFrom().deferred(() -> {
            MigrationSessions sessions = new MigrationSessions(access);
            var watching = Multi.createFrom()
                    .ticks()
                    .startingAfter(LOOK_EVERY)
                    .every(LOOK_EVERY)
                    .onOverflow()
                    .drop()
                    .onItem()
                    .transformToUniAndConcatenate(tick -> endLost(sessions))
                    .subscribe()
                    .with(looked -> {});
            return Uni.createFrom()
                    .item(() -> run(sessions))
                    .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                    .onTermination()
                    .invoke(() -> {
                        watching.cancel();
                        sessions.close();
                    });
        });
    }

    /** Opens a connection and closes it. */
    Uni<Void> connect() {
        return Uni.createFrom()
                .<Void>item(() -> {
                    try (MigrationSessions sessions = new MigrationSessions(access)) {
                        sessions.getConnection().close();
                        return null;
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private Optional<FailureCause> run(MigrationSessions sessions) {
        SchemaName schema;
        boolean timescale;
        try (Connection connection = sessions.getConnection()) {
            Optional<FailureCause> inTheWay = SchemaInspection.server(connection);
            if (inTheWay.isEmpty()) {
                inTheWay = inUse.settle(connection);
            }
            schema = inUse.name();
            SchemaInspection inspection = new SchemaInspection(connection, schema);
            if (inTheWay.isEmpty()) {
                inTheWay = inspection.place();
            }
            if (inTheWay.isEmpty()) {
                inTheWay = inspection.strangers(inUse.named());
            }
            if (inTheWay.isPresent()) {
                return inTheWay;
            }
            timescale = inspection.timescale(config.timescale());
            sessions.searchPath(timescale ? schema.quoted() + ", " + inspection.extension() : schema.quoted());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        migrate(sessions, schema, timescale);
        return Optional.empty();
    }

    private void migrate(MigrationSessions sessions, SchemaName schema, boolean timescale) {
        Configuration configured = flyway.getConfiguration();
        Flyway ours = Flyway.configure()
                .configuration(configured)
                .dataSource(sessions)
                .defaultSchema(schema.value())
                .schemas(schema.value())
                .createSchemas(false)
                // one transaction, so that no job of TimescaleDB begins which a later migration replaces
                .group(true)
                // other contents have been inspected before
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .lockRetryCount(LOCK_RETRIES)
                // left by a newer release that was rolled back
                .ignoreMigrationPatterns("*:future")
                .resourceProvider(new FlavourMigrations(
                        configured.getResourceProvider(), timescale ? "postgresql" : "timescaledb"))
                .load();
        MigrateResult result = ours.migrate();
        LOG.infof(
                "the schema %s is in place on %s; %d migrations applied now",
                schema, timescale ? "TimescaleDB" : "plain PostgreSQL", result.migrationsExecuted);
        warnOfNewer(ours, schema);
    }

    /** Warns about a schema of a newer release, which only adds to the older one. */
    private static void warnOfNewer(Flyway ours, SchemaName schema) {
        Arrays.stream(ours.info().all())
                .filter(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS)
                .reduce((one, later) -> later)
                .ifPresent(latest -> LOG.warnf(
                        "a newer release has migrated schema %s to version %s, which this release does not know; it continues"
                                + " with the parts that it knows",
                        schema, latest.getVersion()));
    }

    /** Ends sessions whose connection was lost, because they would wait forever for an answer. */
    private Uni<Void> endLost(MigrationSessions sessions) {
        Integer[] open = sessions.processes();
        return database.<Void>poll(connection -> connection
                        .preparedQuery(ALIVE)
                        .execute(Tuple.of(open))
                        .invoke(rows -> {
                            Set<Integer> known = new HashSet<>();
                            rows.forEach(row -> known.add(row.getInteger("pid")));
                            Arrays.stream(open)
                                    .filter(process -> !known.contains(process))
                                    .forEach(sessions::lost);
                        })
                        .replaceWithVoid())
                .onFailure()
                .recoverWithNull();
    }

    /** The session that holds the migration lock. */
    Uni<String> holder() {
        return database.poll(connection -> connection
                .query(HOLDER)
                .execute()
                .map(rows -> rows.iterator().hasNext() ? rows.iterator().next() : null)
                .map(row -> row == null
                        ? "no session any more"
                        : "process " + row.getInteger("pid") + " of " + row.getString("client")));
    }
}
