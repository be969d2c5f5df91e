package ai.ultrathink.understudy.storage.db;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Address and credentials of a database that a command uses by itself, without the service's pools.
 *
 * @param url as in DATABASE_URL, without a user
 * @param password null where the server asks for none
 */
public record DatabaseLogin(
        String url, String username, @Nullable String password) {

    private static final String CONNECT_SECONDS = "10";

    /** Waits as long as a statement takes; a server notices within half a minute that its client is gone. */
    private static final String SETTINGS = "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;"
            + " set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3";

    /**
     * Opens a connection.
     *
     * @param application how the server names it
     */
    public Connection connect(String application) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", username);
        if (password != null) {
            properties.setProperty("password", password);
        }
        properties.setProperty("ApplicationName", application);
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("loginTimeout", CONNECT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        DatabaseTls.of(url).applyTo(properties);
        Connection connection = driver().connect("jdbc:" + DatabaseTls.without(url), properties);
        if (connection == null) {
            throw new SQLException("not a URL of PostgreSQL's driver");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The driver, which is no class to compile against: its annotations are of a library that is not there. */
    private static Driver driver() {
        try {
            return Class.forName("org.postgresql.Driver")
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return username + " at " + url;
    }
}
