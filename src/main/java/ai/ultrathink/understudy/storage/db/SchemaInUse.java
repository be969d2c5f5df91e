package ai.ultrathink.understudy.storage.db;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Determines the schema: the configured one, otherwise {@code public}. Earlier releases without the setting used the
 * first schema in the search path of the database's user; if their tables are there, that schema is used.
 */
@ApplicationScoped
class SchemaInUse {

    private static final Logger LOG = Logger.getLogger(SchemaInUse.class);
    private static final String UNNAMED = "DATABASE_SCHEMA: got nothing, which means public, and ";

    private static final String FIRST = "select current_schema() as current, current_user as me";

    // a history that this user may not read belongs to another service
    private static final String HISTORIES =
            "select nspname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace"
                    + " where relname = ? and relkind in ('r', 'p')"
                    + " and (nspname = any (current_schemas(false)) or nspname = 'public')"
                    + " and has_schema_privilege(pg_namespace.oid, 'usage') and has_table_privilege(pg_class.oid, 'select')"
                    + " order by array_position(current_schemas(false), nspname)";

    private final boolean named;
    private volatile SchemaName name;

    SchemaInUse(StorageConfig config) {
        named = config.schema().isPresent();
        name = SchemaName.of(config);
    }

    /** Whether the schema was configured. */
    boolean named() {
        return named;
    }

    /** The name, which is final when the schema is in place. */
    SchemaName name() {
        return name;
    }

    /** Determines the name; returns the reason if that is not possible. */
    Optional<FailureCause> settle(Connection connection) throws SQLException {
        if (named) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(FIRST)) {
            found.next();
            String current = found.getString("current");
            if (current == null || current.equals(SchemaName.PUBLIC.value())) {
                name = SchemaName.PUBLIC;
                return Optional.empty();
            }
            return settle(connection, found.getString("me"), current);
        }
    }

    private Optional<FailureCause> settle(Connection connection, String user, String current) throws SQLException {
        String path = "the search_path of user " + user + " begins with " + current;
        List<String> ours = ours(connection);
        if (ours.size() > 1) {
            return lasting(UNNAMED + "this service's tables are in " + String.join(" and in ", ours) + ", while " + path
                    + "; set DATABASE_SCHEMA to the one to use");
        }
        if (!SchemaName.isAllowed(current)) {
            return lasting(UNNAMED + path + ", a name that cannot be used; allowed: " + SchemaName.ALLOWED
                    + "; ALTER SCHEMA … RENAME TO …, or set DATABASE_SCHEMA to another");
        }
        if (ours.isEmpty()) {
            return lasting(UNNAMED + path + "; set DATABASE_SCHEMA=" + current
                    + " to use what is there, or DATABASE_SCHEMA=public");
        }
        String place = ours.getFirst();
        if (!place.equals(current)) {
            return lasting(UNNAMED + path + ", while this service's tables are in " + place + "; set DATABASE_SCHEMA="
                    + place + " to keep using them, or DATABASE_SCHEMA=" + current);
        }
        SchemaName found = new SchemaName(place);
        if (!found.equals(name)) {
            LOG.infof("DATABASE_SCHEMA is not set; an earlier release used schema %s, and so does this one", found);
        }
        name = found;
        return Optional.empty();
    }

    /** The schemas that this user may have used, and that have the service's history. */
    private static List<String> ours(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(HISTORIES)) {
            statement.setString(1, MigrationHistory.TABLE);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    names.add(found.getString("name"));
                }
            }
        }
        List<String> ours = new ArrayList<>();
        for (String each : names) {
            if (SchemaName.isAllowed(each)
                    && MigrationHistory.read(connection, new SchemaName(each)).ours()) {
                ours.add(each);
            }
        }
        return ours;
    }

    private static Optional<FailureCause> lasting(String sentence) {
        return Optional.of(new FailureCause(true, sentence));
    }
}
