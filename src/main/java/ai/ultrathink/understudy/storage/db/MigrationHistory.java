package ai.ultrathink.understudy.storage.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Flyway's history of a schema.
 *
 * @param entries empty if there is no history
 */
record MigrationHistory(SchemaName schema, List<Entry> entries) {

    static final String TABLE = "flyway_schema_history";

    /**
     * A migration.
     *
     * @param version the version of a versioned migration
     */
    record Entry(String version, String description, boolean success) {}

    static MigrationHistory read(Connection connection, SchemaName schema) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        if (!exists(connection, schema)) {
            return new MigrationHistory(schema, List.of());
        }
        // a baseline and the creation of the schema are Flyway's own entries
        String versions = "select version, description, success from " + schema.quoted() + "." + TABLE
                + " where version is not null and type <> 'BASELINE' order by installed_rank";
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(versions)) {
            while (found.next()) {
                entries.add(new Entry(
                        found.getString("version"), found.getString("description"), found.getBoolean("success")));
            }
        }
        return new MigrationHistory(schema, List.copyOf(entries));
    }

    private static boolean exists(Connection connection, SchemaName schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?) is not null as there")) {
            statement.setString(1, schema + "." + TABLE);
            try (ResultSet found = statement.executeQuery()) {
                found.next();
                return found.getBoolean("there");
            }
        }
    }

    /** Whether it begins like the service's own history. */
    boolean ours() {
        return entries.stream().anyMatch(entry -> entry.version.equals("1") && entry.description.equals("tables"));
    }

    /** Whether the schema uses TimescaleDB, by the file of version 3; empty before that version. */
    Optional<Boolean> timescale() {
        return entries.stream()
                .filter(entry -> entry.version.equals("3"))
                .map(entry -> entry.description.equals("continuous aggregates"))
                .findFirst();
    }

    boolean isOfAnother() {
        return !entries.isEmpty() && !ours();
    }

    List<String> names() {
        return entries.stream()
                .map(entry -> entry.version + " " + entry.description)
                .toList();
    }

    Optional<FailureCause> broken() {
        return entries.stream()
                .filter(entry -> !entry.success)
                .findFirst()
                .map(entry -> new FailureCause(
                        true,
                        "migration " + entry.version + " of schema " + schema
                                + " failed halfway; restore the schema as it"
                                + " was before it, or set DATABASE_SCHEMA to another schema"));
    }
}
