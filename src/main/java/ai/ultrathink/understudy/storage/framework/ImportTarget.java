package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.db.MigratedSchema;
import ai.ultrathink.understudy.storage.json.ExperimentJson;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tests and events that an import writes into the service's database, and what it asks of it. */
final class ImportTarget {

    /** Generation of what is imported. A later one begins when a person changes the test. */
    static final long GENERATION = 1;

    // held while the session lives, so that of two imports into a schema one waits for a person
    private static final String LOCK = "select pg_try_advisory_lock('ab_test_configs'::regclass::oid::bigint) as mine";

    private static final String CREATE =
            "insert into ab_test_configs (test_id, mode, control_model, treatment_model, traffic_split, enabled, created_at,"
                    + " description, generation, aa) values (?, ?, ?, ?, ?, false, ?, ?, ?, ?)";

    // the empty hash asks for a seal
    private static final String EVENT =
            "insert into ab_test_events (test_id, actor, action, to_state, generation, reason, hash)"
                    + " select ?, ?, ?, ab_test_versions(state) || state, ?, ?, '' from (select ?::jsonb as state) as given";

    private static final String STANDING =
            "select c.deleted_at is not null as deleted, e.origin, e.taken_from, e.finished,"
                    // what is gone of it was removed by the retention
                    + " coalesce((select min(time) from ab_test_results where test_id = c.test_id),"
                    + " (select max(last_time) + interval '1 microsecond' from ab_test_account where test_id = c.test_id))"
                    + " as kept_from"
                    + " from ab_test_configs c left join lateral (select max(to_state #>> '{import,from}') as origin,"
                    + " min((to_state #>> '{import,since}')::timestamptz) as taken_from, bool_or(action = ?) as finished"
                    + " from ab_test_events where test_id = c.test_id and to_state -> 'import' is not null) e on true"
                    + " where c.test_id = ?";

    private final NamedConnection database;
    private final MigratedSchema schema;

    private ImportTarget(NamedConnection database, MigratedSchema schema) {
        this.database = database;
        this.schema = schema;
    }

    /** How a test of the framework stands here. */
    sealed interface Standing {

        /** There is no test of that id. */
        record New() implements Standing {}

        /** There is one that this import has made. */
        record Begun(
                boolean finished, Instant since, @Nullable Instant keptFrom) implements Standing {

            /** Whether a row was stored before, and the retention has removed it since. */
            boolean removed(Instant time) {
                return keptFrom != null && !time.isBefore(since) && time.isBefore(keptFrom);
            }
        }

        /** There is another. */
        record Taken(String why) implements Standing {}
    }

    /** @throws ImportException if the schema cannot be used, or another import is under way */
    static ImportTarget of(NamedConnection database, ImportSettings settings) {
        MigratedSchema schema = database.tried(connection -> MigratedSchema.of(connection, settings.targetSchema()));
        Optional<String> problem = database.tried(connection -> schema.notUsable());
        if (problem.isPresent()) {
            throw database.refused(problem.get());
        }
        ImportTarget target = new ImportTarget(database, schema);
        if (!settings.dryRun()) {
            target.lock();
        }
        return target;
    }

    private void lock() {
        boolean mine =
                database.tried(connection -> one(connection, LOCK, row -> row != null && row.getBoolean("mine")));
        if (!mine) {
            throw database.refused("another import into this schema is under way; try again when it has ended");
        }
    }

    boolean timescale() {
        return schema.timescale();
    }

    /** The time of the database. */
    Instant now() {
        return database.tried(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery("select now() as now")) {
                found.next();
                return found.getObject("now", OffsetDateTime.class).toInstant();
            }
        });
    }

    /** How long results are kept. */
    Duration retention(Duration configured) {
        return database.tried(connection -> schema.retention(configured));
    }

    /** How a test stands here, if it comes from there. */
    Standing standing(String testId, String origin) {
        return database.tried(connection ->
                one(connection, STANDING, row -> standing(row, origin), AuditAction.IMPORTED.wireName(), testId));
    }

    private static Standing standing(@Nullable ResultSet row, String origin) throws SQLException {
        if (row == null) {
            return new Standing.New();
        }
        String before = row.getString("origin");
        if (before == null) {
            return new Standing.Taken("a test of this id is here already, and was not imported");
        }
        if (!before.equals(origin)) {
            return new Standing.Taken("it was imported from " + before + " before");
        }
        if (row.getBoolean("deleted")) {
            return new Standing.Taken("it was imported before, and deleted since");
        }
        OffsetDateTime kept = row.getObject("kept_from", OffsetDateTime.class);
        return new Standing.Begun(
                row.getBoolean("finished"),
                row.getObject("taken_from", OffsetDateTime.class).toInstant(),
                kept == null ? null : kept.toInstant());
    }

    /**
     * Adds a test and its event, in one transaction.
     *
     * @param since the earliest time of rows that are taken
     */
    void create(Experiment experiment, ImportSettings settings, Instant since) {
        database.tried(connection -> {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(CREATE)) {
                statement.setString(1, experiment.testId());
                statement.setString(2, experiment.mode().wireName());
                statement.setString(3, experiment.controlModel());
                statement.setString(4, experiment.treatmentModel());
                statement.setDouble(5, experiment.split().fraction());
                statement.setObject(6, experiment.createdAt().atOffset(ZoneOffset.UTC));
                statement.setString(7, experiment.description());
                statement.setLong(8, GENERATION);
                statement.setBoolean(9, experiment.aa());
                statement.executeUpdate();
                event(
                        connection,
                        experiment,
                        settings.actor(),
                        AuditAction.CREATED,
                        "taken over from the Python framework: " + settings.origin(),
                        origin(settings, since));
                connection.commit();
                return experiment;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    /** Adds the event that says what was taken. */
    void finished(
            Experiment experiment, ImportSettings settings, Instant since, ImportedExperiment outcome, String reason) {
        JsonObject refused = new JsonObject();
        outcome.refused().forEach((why, rows) -> refused.put(why.wireName(), rows));
        database.tried(connection -> {
            event(
                    connection,
                    experiment,
                    settings.actor(),
                    AuditAction.IMPORTED,
                    reason,
                    origin(settings, since)
                            .put("rows", outcome.rows())
                            .put("stored", outcome.stored())
                            .put("already_stored", outcome.known())
                            .put("refused", refused));
            return experiment;
        });
    }

    private static JsonObject origin(ImportSettings settings, Instant since) {
        return new JsonObject().put("from", settings.origin()).put("since", since.toString());
    }

    private static void event(
            Connection connection,
            Experiment experiment,
            String actor,
            AuditAction action,
            String reason,
            JsonObject origin)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EVENT)) {
            statement.setString(1, experiment.testId());
            statement.setString(2, actor);
            statement.setString(3, action.wireName());
            statement.setLong(4, GENERATION);
            statement.setString(5, reason);
            statement.setString(
                    6, ExperimentJson.write(experiment).put("import", origin).encode());
            statement.executeUpdate();
        }
    }

    private interface Reading<T> {
        T read(@Nullable ResultSet row) throws SQLException;
    }

    /** Reads the first row; the reading gets null if there is none. */
    private static <T> T one(Connection connection, String sql, Reading<T> reading, String... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet found = statement.executeQuery()) {
                return reading.read(found.next() ? found : null);
            }
        }
    }
}
