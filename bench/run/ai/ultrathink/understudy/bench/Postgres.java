package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.embedded.EmbeddedDatabase;
import ai.ultrathink.understudy.testkit.PostgresProcesses;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The PostgreSQL that all contenders write to: the service's own, with its settings, but on its own feet. */
final class Postgres implements AutoCloseable {

    private final PostgresProcesses processes;
    private final EmbeddedDatabase database;
    private final Connection connection;

    private Postgres(Path directory, EmbeddedDatabase database, Connection connection) {
        this.processes = new PostgresProcesses(directory.resolve("postgres"));
        this.database = database;
        this.connection = connection;
    }

    static Postgres start(Path directory) throws IOException, SQLException {
        EmbeddedDatabase database = EmbeddedDatabase.start(directory);
        Connection connection =
                DriverManager.getConnection("jdbc:" + database.url(), database.username(), database.password());
        return new Postgres(directory, database, connection);
    }

    /** {@code postgresql://host:port/database} */
    String url() {
        return database.url();
    }

    String username() {
        return database.username();
    }

    String password() {
        return database.password();
    }

    String version() throws SQLException {
        return text("show server_version");
    }

    /** Counts what a query's from clause names; 0 where there is no such table yet. */
    long rows(String from) {
        try {
            return Long.parseLong(text("select count(*) from " + from));
        } catch (SQLException e) {
            if ("42P01".equals(e.getSQLState())) {
                return 0;
            }
            throw new BenchFailedException("the rows of " + from + " cannot be counted: " + e.getMessage());
        }
    }

    private String text(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }

    /** Nothing is answered until it thaws: a database that is away, without a word. */
    void freeze() throws IOException {
        processes.pause();
    }

    void thaw() throws IOException {
        processes.resume();
    }

    @Override
    public void close() {
        try {
            thaw();
            database.close();
        } catch (IOException | BenchFailedException e) {
            System.err.println("PostgreSQL did not end well: " + e.getMessage());
        }
    }
}
