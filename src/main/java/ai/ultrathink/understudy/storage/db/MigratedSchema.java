package ai.ultrathink.understudy.storage.db;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a command has to know of a schema that the service has migrated, before it writes there. It migrates nothing itself. */
public final class MigratedSchema {

    /** The newest migration of this release. */
    static final String NEWEST = "29";

    private static final String POLICY =
            "select extract(epoch from (config ->> 'drop_after')::interval)::bigint as seconds"
                    + " from timescaledb_information.jobs where proc_name = 'policy_retention'"
                    + " and hypertable_schema = current_schema() and hypertable_name = 'ab_test_results'";

    private final Connection connection;
    private final SchemaName schema;
    private final MigrationHistory history;

    private MigratedSchema(Connection connection, SchemaName schema, MigrationHistory history) {
        this.connection = connection;
        this.schema = schema;
        this.history = history;
    }

    /** Looks at a schema, which becomes the connection's only one. */
    public static MigratedSchema of(Connection connection, SchemaName schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set search_path = " + schema.quoted());
        }
        return new MigratedSchema(connection, schema, MigrationHistory.read(connection, schema));
    }

    /** Why this release cannot write there, if so, and what to do, as a sentence without a full stop. */
    public Optional<String> notUsable() throws SQLException {
        Optional<String> server = SchemaInspection.server(connection).map(FailureCause::sentence);
        if (server.isPresent()) {
            return server;
        }
        if (!history.ours()) {
            return Optional.of("schema " + schema + " is not one of this service; start the service on it once, or set"
                    + " DATABASE_SCHEMA to the schema that the service uses");
        }
        Optional<FailureCause> broken = history.broken();
        if (broken.isPresent()) {
            return broken.map(FailureCause::sentence);
        }
        List<String> versions =
                history.entries().stream().map(MigrationHistory.Entry::version).toList();
        if (!versions.contains(NEWEST)) {
            return Optional.of("schema " + schema + " is at version " + versions.getLast() + ", and this release needs "
                    + NEWEST + "; start the service of this release once, which migrates it");
        }
        return newer(versions)
                .map(version ->
                        "schema " + schema + " is at version " + version + ", and this release knows those up to "
                                + NEWEST + "; use this command of the release that has migrated it");
    }

    private static Optional<String> newer(List<String> versions) {
        return versions.stream()
                .filter(version -> Double.parseDouble(version) >= Double.parseDouble(NEWEST) + 1)
                .findFirst();
    }

    public boolean timescale() {
        return history.timescale().orElse(false);
    }

    /**
     * How long results are kept.
     *
     * @param configured what is configured for plain PostgreSQL; TimescaleDB has a policy of its own
     */
    public Duration retention(Duration configured) throws SQLException {
        if (!timescale()) {
            return configured;
        }
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(POLICY)) {
            // without a policy nothing is removed
            return found.next() ? Duration.ofSeconds(found.getLong("seconds")) : Duration.ofDays(36_500);
        }
    }
}
