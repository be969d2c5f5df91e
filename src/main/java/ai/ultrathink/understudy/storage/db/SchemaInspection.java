package ai.ultrathink.understudy.storage.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Inspects a database before the service creates anything in it. */
final class SchemaInspection {

    private static final int OLDEST = 140_000;

    private static final String SERVER =
            "select current_setting('server_version_num')::integer as version, current_setting('server_version') as named,"
                    + " current_setting('transaction_read_only')::boolean as read_only";

    private static final String EXISTS = "select to_regnamespace(?) is not null as there";
    private static final String MAY_CREATE =
            "select has_database_privilege(current_database(), 'create') as may_create";

    /** Relations that do not belong to an extension. */
    private static final String RELATIONS =
            "select relname as name from pg_class where relnamespace = to_regnamespace(?)"
                    + " and relkind in ('r', 'p', 'v', 'm', 'f') and relname <> 'flyway_schema_history' and not exists ("
                    + "select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e')"
                    + " order by relname";

    private static final String AVAILABLE =
            "select exists (select from pg_available_extensions where name = 'timescaledb') as available";

    private static final String EXTENSION =
            "select extnamespace::regnamespace::text as place from pg_extension" + " where extname = 'timescaledb'";

    private final Connection connection;
    private final SchemaName schema;

    SchemaInspection(Connection connection, SchemaName schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /** Why this server cannot be used, if so. */
    static Optional<FailureCause> server(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(SERVER)) {
            found.next();
            if (found.getInt("version") < OLDEST) {
                return lasting("DATABASE_URL: got PostgreSQL " + found.getString("named") + "; allowed: 15 or newer");
            }
            if (found.getBoolean("read_only")) {
                return Optional.of(new FailureCause(
                        false,
                        "the database is read-only, like a standby (transaction_read_only is on); DATABASE_URL must lead"
                                + " to the primary"));
            }
            return Optional.empty();
        }
    }

    /** Creates the schema if it is missing; returns the reason if that is not possible. */
    Optional<FailureCause> place() throws SQLException {
        if (exists(schema)) {
            return Optional.empty();
        }
        if (!mayCreate()) {
            return lasting("DATABASE_SCHEMA: there is no schema " + schema
                    + " and the database's user may not create it; as the" + " database's owner CREATE SCHEMA " + schema
                    + " AUTHORIZATION and its name");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + schema.quoted());
        }
        return Optional.empty();
    }

    private boolean exists(SchemaName sought) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
            statement.setString(1, sought.value());
            try (ResultSet found = statement.executeQuery()) {
                found.next();
                return found.getBoolean("there");
            }
        }
    }

    private boolean mayCreate() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(MAY_CREATE)) {
            found.next();
            return found.getBoolean("may_create");
        }
    }

    /**
     * Why the first migration is not possible, if so. A configured schema may be shared with tables that have other
     * names than the service's.
     */
    Optional<FailureCause> strangers(boolean chosen) throws SQLException {
        MigrationHistory history = MigrationHistory.read(connection, schema);
        if (history.ours()) {
            return history.broken();
        }
        List<String> relations = relations();
        List<String> taken =
                relations.stream().filter(SchemaInspection::isNameOfOurs).toList();
        if (!taken.isEmpty()) {
            return lasting(
                    "schema " + schema + " has " + few(taken) + ", which this service did not create and whose names it"
                            + " needs; set DATABASE_SCHEMA to a schema of its own, such as understudy, or move them to another schema");
        }
        if (history.isOfAnother()) {
            return lasting(
                    "schema " + schema + " has the Flyway history of another application (" + few(history.names())
                            + "); set DATABASE_SCHEMA to a schema of this service's own, such as understudy");
        }
        if (!chosen && !relations.isEmpty()) {
            return lasting("schema " + schema + " has tables of another application (" + few(relations)
                    + "); set DATABASE_SCHEMA to a schema"
                    + " of this service's own, such as understudy, or DATABASE_SCHEMA=" + schema
                    + " to share this one");
        }
        return Optional.empty();
    }

    private List<String> relations() throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(RELATIONS)) {
            statement.setString(1, schema.value());
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    names.add(found.getString("name"));
                }
            }
        }
        return names;
    }

    private static boolean isNameOfOurs(String relation) {
        return relation.startsWith("ab_test_")
                || relation.startsWith("ab_catalog_")
                || relation.startsWith("ab_model_");
    }

    static String few(List<String> names) {
        int most = 5;
        String first = String.join(", ", names.subList(0, Math.min(most, names.size())));
        return names.size() <= most ? first : first + " and " + (names.size() - most) + " more";
    }

    /** Whether the schema uses, or will use, TimescaleDB. A migrated schema keeps its flavour, even if the extension is installed later. */
    boolean timescale(StorageConfig.Timescale wanted) throws SQLException {
        Optional<Boolean> chosen = MigrationHistory.read(connection, schema).timescale();
        return chosen.isPresent() ? chosen.get() : wanted == StorageConfig.Timescale.AUTO && available();
    }

    private boolean available() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(AVAILABLE)) {
            found.next();
            return found.getBoolean("available");
        }
    }

    /**
     * The schema with TimescaleDB's functions. If the extension is missing it is installed into {@code public}, so that
     * all schemas of the database can use it, or, without a {@code public} schema, into the service's own.
     */
    String extension() throws SQLException {
        Optional<String> there = extensionPlace();
        if (there.isPresent()) {
            return there.get();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("create extension if not exists timescaledb"
                    + (exists(SchemaName.PUBLIC) ? " schema public" : " schema " + schema.quoted()));
        }
        return extensionPlace().orElse(schema.quoted());
    }

    private Optional<String> extensionPlace() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(EXTENSION)) {
            return found.next() ? Optional.of(found.getString("place")) : Optional.empty();
        }
    }

    private static Optional<FailureCause> lasting(String sentence) {
        return Optional.of(new FailureCause(true, sentence));
    }
}
