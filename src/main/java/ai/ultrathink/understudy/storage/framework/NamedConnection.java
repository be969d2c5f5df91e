package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.storage.db.DatabaseLogin;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A connection of an import. Failures name its database as the user did.
 *
 * @param where the option or the variable that names the database
 */
record NamedConnection(Connection connection, String where) implements AutoCloseable {

    /** @throws ImportException if there is no connection to be had */
    static NamedConnection open(DatabaseLogin login, String where) {
        try {
            return new NamedConnection(login.connect("understudy import"), where);
        } catch (SQLException e) {
            throw ImportException.of(where, e);
        }
    }

    /** Work on the database. */
    @FunctionalInterface
    interface Work<T> {
        T done(Connection connection) throws SQLException;
    }

    /** @throws ImportException if it fails */
    <T> T tried(Work<T> work) {
        try {
            return work.done(connection);
        } catch (SQLException e) {
            throw ImportException.of(where, e);
        }
    }

    /** Something there is not as it has to be. */
    ImportException refused(String why) {
        return new ImportException(ImportException.Reason.REFUSED, where + ": " + why);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // what was written is committed
        }
    }
}
