package ai.ultrathink.understudy.http;

import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.postgresql.ds.PGSimpleDataSource;

/** The database as it stands, read past the service. */
public final class Rows {

    private static final String RESULTS =
            "select row_to_json(r)::text from ab_test_results r where test_id = ? order by row_id";
    private static final String INSERT_SHADOW =
            "with stored as (insert into ab_test_results (time, test_id, request_id, assigned_group,"
                    + " symbol, control_action, control_confidence, control_latency_ms, treatment_action, treatment_confidence,"
                    + " treatment_latency_ms, actions_match, confidence_delta, latency_delta_ms, row_id, generation, unit_id,"
                    + " served_by) values (?::timestamptz, ?, ?, 'shadow', 'BTC-USD', 'HOLD', 0.8, 1, 'BUY', 0.8, 2, false, 0, 1,"
                    + " ?::uuid, 1, 'u', 'control') returning ab_test_results as result)"
                    + " select ab_test_book(array_agg(result)) from stored";

    private Rows() {}

    /** The results of a test, oldest first. */
    public static List<JsonObject> of(String testId) {
        return select(RESULTS, testId).stream().map(JsonObject::new).toList();
    }

    /** Stores a shadow row in which the two models disagree, as the service does. */
    public static void insertDisagreement(String testId, Instant time, String requestId) {
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement(INSERT_SHADOW)) {
            insert.setString(1, time.toString());
            insert.setString(2, testId);
            insert.setString(3, requestId);
            insert.setString(4, UUID.randomUUID().toString());
            insert.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of each row. */
    public static List<String> select(String sql, String... parameters) {
        try (Connection connection = connect();
                PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setString(i + 1, parameters[i]);
            }
            List<String> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(String.valueOf(rows.getString(1)));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs something while nobody else can read or write a table. */
    public static void whileLocked(String table, Runnable something) {
        try (Connection connection = connect();
                Statement lock = connection.createStatement()) {
            connection.setAutoCommit(false);
            lock.execute("lock table " + table + " in access exclusive mode");
            something.run();
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Locks a table against other writers, does something, and then asks the same question in the same transaction until the answer
     * is 0. Returns how often it was another.
     */
    public static int untilZero(String table, Runnable something, String question) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table " + table + " in exclusive mode");
            something.run();
            int times = 0;
            while (answer(statement, question) != 0) {
                times++;
            }
            connection.commit();
            return times;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long answer(Statement statement, String question) throws SQLException {
        try (ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Does something to the database behind the service's back. */
    public static void change(String sql) {
        try (Connection connection = connect();
                Statement change = connection.createStatement()) {
            change.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection connect() throws SQLException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl("jdbc:" + ConfigProvider.getConfig().getValue("DATABASE_URL", String.class));
        database.setUser(ConfigProvider.getConfig().getValue("DATABASE_USERNAME", String.class));
        return database.getConnection();
    }
}
