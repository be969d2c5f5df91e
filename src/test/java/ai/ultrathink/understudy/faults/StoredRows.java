package ai.ultrathink.understudy.faults;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rows of a test as they stand in the database, read past the service.
 *
 * @param rows how many rows each request has
 */
record StoredRows(Map<String, Integer> rows) {

    private static final String ROWS =
            "select request_id, count(*) from ab_test_results where test_id = ? group by request_id";

    static StoredRows of(String database, String testId) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                PreparedStatement select = connection.prepareStatement(ROWS)) {
            select.setString(1, testId);
            Map<String, Integer> rows = new HashMap<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    rows.put(found.getString(1), found.getInt(2));
                }
            }
            return new StoredRows(rows);
        }
    }

    /** Reads until every answered request has a row, or the time is over. */
    static StoredRows complete(String database, String testId, Duration within, Recording... recordings)
            throws Exception {
        StoredRows[] last = {of(database, testId)};
        ServiceReplica.millisUntil(within, () -> {
            last[0] = of(database, testId);
            return last[0].missing(recordings) == 0;
        });
        return last[0];
    }

    /** Answered requests that have no row. */
    long missing(Recording... recordings) {
        Set<String> missing = new HashSet<>();
        Stream.of(recordings).flatMap(Recording::answeredIds).forEach(missing::add);
        missing.removeAll(rows.keySet());
        return missing.size();
    }

    /** Requests that have more than one row. */
    long doubled() {
        return rows.values().stream().filter(count -> count > 1).count();
    }

    /** Runs a statement past the service. */
    static void execute(String database, String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the only row of a query, a number. */
    static long number(String database, String sql) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
