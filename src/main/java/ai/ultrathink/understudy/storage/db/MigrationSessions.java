package ai.ultrathink.understudy.storage.db;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one migration attempt. They are not pooled and end with the attempt in every case: a pool would reuse
 * the state that a failed migration left behind.
 *
 * <p>A server notices within half a minute that its client is gone, and releases its locks.
 */
final class MigrationSessions implements DataSource, AutoCloseable {

    private static final String SETTINGS = "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;"
            + " set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3";

    static final String NAME = "understudy migrations";

    private final Driver driver;
    private final String url;
    private final Properties properties = new Properties();
    private final Map<Integer, Connection> open = new ConcurrentHashMap<>();
    private volatile @Nullable String searchPath;

    MigrationSessions(DatabaseAccess access) {
        driver = access.driver();
        url = DatabaseTls.without(access.url());
        properties.setProperty("user", access.username());
        properties.setProperty("password", access.password());
        properties.setProperty("ApplicationName", NAME);
        properties.setProperty("connectTimeout", access.connectSeconds());
        properties.setProperty("loginTimeout", access.connectSeconds());
        properties.setProperty("tcpKeepAlive", "true");
        DatabaseTls.of(access.url()).applyTo(properties);
    }

    /** @param path the search path of later connections, quoted where necessary */
    void searchPath(String path) {
        searchPath = path;
    }

    @Override
    // closed with all others
    @SuppressWarnings("resource")
    public Connection getConnection() throws SQLException {
        Connection connection = driver.connect(url, properties);
        if (connection == null) {
            throw new SQLException("not a URL of PostgreSQL's driver");
        }
        try (Statement statement = connection.createStatement()) {
            open.put(process(statement), connection);
            statement.execute(SETTINGS);
            String path = searchPath;
            if (path != null) {
                statement.execute("set search_path = " + path);
            }
            return connection;
        } catch (SQLException e) {
            abort(connection);
            throw e;
        }
    }

    private static int process(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("select pg_backend_pid() as process")) {
            found.next();
            return found.getInt("process");
        }
    }

    /** The server processes of the open sessions, as the server reported them. */
    Integer[] processes() {
        open.values().removeIf(MigrationSessions::isClosed);
        return open.keySet().toArray(Integer[]::new);
    }

    /** Ends a session that the server no longer has, so that a thread that waits for an answer gets an error. */
    void lost(int process) {
        Connection connection = open.remove(process);
        if (connection != null) {
            abort(connection);
        }
    }

    @Override
    public void close() {
        open.values().forEach(MigrationSessions::abort);
        open.clear();
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /** Closes a connection without a message to the server, which may be unreachable. */
    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // it is unusable in any case
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("this wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
