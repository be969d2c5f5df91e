package ai.ultrathink.understudy.storage.framework;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The framework's two tables, in one read-only transaction, so that all is of one moment. Rows are fetched as they are needed. The
 * tables of its document suffice; its script has more columns.
 */
final class FrameworkSource {

    private static final String CONFIGS = "ab_test_configs";
    private static final String RESULTS = "ab_test_results";
    private static final int FETCHED_AT_ONCE = 2_000;

    private static final Set<String> CONFIG_COLUMNS =
            Set.of("test_id", "mode", "control_model", "treatment_model", "traffic_split", "created_at", "description");
    private static final Set<String> RESULT_COLUMNS = Set.of(
            "time",
            "test_id",
            "request_id",
            "assigned_group",
            "symbol",
            "control_action",
            "control_confidence",
            "control_latency_ms",
            "treatment_action",
            "treatment_confidence",
            "treatment_latency_ms");

    private final NamedConnection database;
    private final String configs;
    private final String results;
    private final Set<String> columns;

    private FrameworkSource(NamedConnection database, String schema) {
        this.database = database;
        String quoted = '"' + schema.replace("\"", "\"\"") + "\".";
        this.configs = quoted + CONFIGS;
        this.results = quoted + RESULTS;
        this.columns = columns(schema, RESULTS);
        check(schema, CONFIGS, columns(schema, CONFIGS), CONFIG_COLUMNS);
        check(schema, RESULTS, columns, RESULT_COLUMNS);
        if (columns.contains("row_id")) {
            throw database.refused("the tables in schema " + schema
                    + " are those of this service, not of the framework; --from-schema names another");
        }
    }

    /** @throws ImportException if the schema does not have the framework's tables */
    static FrameworkSource of(NamedConnection database, String schema) {
        return database.tried(connection -> {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return new FrameworkSource(database, schema);
        });
    }

    private Set<String> columns(String schema, String table) {
        String sql = "select column_name from information_schema.columns where table_schema = ? and table_name = ?";
        return database.tried(connection -> {
            Set<String> names = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, schema);
                statement.setString(2, table);
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        names.add(found.getString(1));
                    }
                }
            }
            return names;
        });
    }

    private void check(String schema, String table, Set<String> found, Set<String> needed) {
        Set<String> missing = new TreeSet<>(needed);
        missing.removeAll(found);
        if (!missing.isEmpty()) {
            throw database.refused(
                    found.isEmpty()
                            ? "schema " + schema + " has no table " + table
                                    + " that this user may read; --from-schema names another"
                            : table + " in schema " + schema + " has no column " + String.join(", ", missing)
                                    + ", which the framework's has");
        }
    }

    /** All tests, in the order of their ids: those with a configuration, and those that only results tell of. */
    List<FrameworkExperiment> tests() {
        String sql = "select test_id, c.test_id is not null as configured, c.mode::text, c.control_model::text,"
                + " c.treatment_model::text, c.traffic_split::double precision as traffic_split, c.description::text,"
                + " c.created_at::timestamptz as created_at, coalesce(r.n, 0) as n, r.first, coalesce(r.shadows, 0) as shadows,"
                + " coalesce(r.treatments, 0) as treatments from " + configs
                + " c full join (select test_id, count(*) as n,"
                + " min(time)::timestamptz as first, count(*) filter (where assigned_group = 'shadow') as shadows,"
                + " count(*) filter (where assigned_group = 'treatment') as treatments from " + results
                + " group by test_id) r using (test_id) order by test_id";
        return database.tried(connection -> {
            List<FrameworkExperiment> tests = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet found = statement.executeQuery(sql)) {
                while (found.next()) {
                    tests.add(found.getBoolean("configured") ? configured(found) : madeUp(found));
                }
            }
            return tests;
        });
    }

    private static FrameworkExperiment configured(ResultSet found) throws SQLException {
        String description = found.getString("description");
        return new FrameworkExperiment(
                found.getString("test_id"),
                true,
                String.valueOf(found.getString("mode")).toLowerCase(Locale.ROOT),
                found.getString("control_model"),
                found.getString("treatment_model"),
                found.getDouble("traffic_split"),
                description == null ? "" : description,
                begun(found, "created_at"),
                found.getLong("n"));
    }

    /** The split is what was observed: a test of the framework had it in memory. */
    private FrameworkExperiment madeUp(ResultSet found) throws SQLException {
        String testId = found.getString("test_id");
        long rows = found.getLong("n");
        long shadows = found.getLong("shadows");
        long drawn = rows - shadows;
        List<String> models = models(testId);
        return new FrameworkExperiment(
                testId,
                false,
                shadows > drawn ? "shadow" : "traffic_split",
                models.isEmpty() ? null : models.getFirst(),
                models.isEmpty() ? null : models.getLast(),
                drawn == 0 ? 0 : (double) found.getLong("treatments") / drawn,
                "Made up from the results of the Python framework, which had no configuration of it: the split is what was observed.",
                begun(found, "first"),
                rows);
    }

    /** The models that the most rows name together. */
    private List<String> models(String testId) {
        if (!columns.containsAll(Set.of("control_model", "treatment_model"))) {
            return List.of();
        }
        String sql = "select control_model::text, treatment_model::text from " + results
                + " where test_id = ? and control_model is not null and treatment_model is not null"
                + " group by 1, 2 order by count(*) desc, 1, 2 limit 1";
        return database.tried(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, testId);
                try (ResultSet found = statement.executeQuery()) {
                    return found.next() ? List.of(found.getString(1), found.getString(2)) : List.of();
                }
            }
        });
    }

    /** When a test began: its column, else its first result, else the epoch. */
    private static Instant begun(ResultSet found, String column) throws SQLException {
        OffsetDateTime time = found.getObject(column, OffsetDateTime.class);
        OffsetDateTime begun = time == null ? found.getObject("first", OffsetDateTime.class) : time;
        // infinite, which no JSON can say
        return begun == null || begun.equals(OffsetDateTime.MIN) || begun.equals(OffsetDateTime.MAX)
                ? Instant.EPOCH
                : begun.toInstant();
    }

    /** Reads the rows of a test in their order of time; rows of the same content come one after the other. */
    void rows(FrameworkExperiment test, Consumer<FrameworkRow> reader) {
        String sql = "select time::timestamptz as time, request_id::text, assigned_group::text, symbol::text, "
                + answer("control") + ", " + answer("treatment") + " from " + results
                + " where test_id = ? order by time, request_id";
        database.tried(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setFetchSize(FETCHED_AT_ONCE);
                statement.setString(1, test.testId());
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        reader.accept(row(found, test));
                    }
                }
            }
            return test;
        });
    }

    private FrameworkRow row(ResultSet found, FrameworkExperiment test) throws SQLException {
        return new FrameworkRow(
                found.getObject("time", OffsetDateTime.class).toInstant(),
                test.testId(),
                text(found.getString("request_id")),
                text(found.getString("assigned_group")),
                found.getString("symbol"),
                answer(found, "control", test.controlModel()),
                answer(found, "treatment", test.treatmentModel()));
    }

    private String answer(String arm) {
        String model = arm + "_model";
        return (columns.contains(model) ? model + "::text" : "null::text as " + model) + ", " + arm + "_action::text, "
                + arm + "_confidence::double precision, " + arm + "_latency_ms::double precision";
    }

    private FrameworkAnswer answer(ResultSet found, String arm, @Nullable String usual) throws SQLException {
        return new FrameworkAnswer(
                columns.contains(arm + "_model") ? found.getString(arm + "_model") : usual,
                found.getString(arm + "_action"),
                found.getObject(arm + "_confidence", Double.class),
                found.getObject(arm + "_latency_ms", Double.class));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
