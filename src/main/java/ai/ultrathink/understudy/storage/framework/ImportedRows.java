package ai.ultrathink.understudy.storage.framework;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The results that an import writes into the service's database: each batch is a transaction, as those of the service's writer are. */
final class ImportedRows {

    /**
     * Version and digest of the models of imported rows, which the framework does not know. They need one, and it is none that a
     * model can have here: rows without a version would be evidence for whichever is loaded.
     */
    private static final String VERSION = "imported";

    private record Column(
            String name, String type, Function<AcceptedRow, @Nullable Object> value, IntFunction<Object[]> array) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("row_id", "uuid", AcceptedRow::id, Object[]::new),
            new Column("time", "timestamptz", row -> row.row().time().toString(), Object[]::new),
            text("request_id", row -> row.row().requestId()),
            text("unit_id", row -> row.row().requestId()),
            text("symbol", row -> row.row().shownSymbol()),
            text("assigned_group", row -> row.row().group()),
            text("served_by", row -> row.row().servedBy()),
            text("control_model", row -> row.controlModel()),
            text("control_action", row -> row.row().control().action()),
            number("control_confidence", row -> row.row().control().confidence()),
            number("control_latency_ms", row -> row.row().control().latencyMillis()),
            text("treatment_model", row -> row.treatmentModel()),
            text("treatment_action", row -> row.row().treatment().action()),
            number("treatment_confidence", row -> row.row().treatment().confidence()),
            number("treatment_latency_ms", row -> row.row().treatment().latencyMillis()),
            text("pair", row -> row.row().paired() ? "paired" : null));

    private static final List<String> ACTIONS = List.of("control_action", "treatment_action");

    /** Stores rows that are not there yet, adds them to the ledger, and returns their number, as the service's writer does. */
    private static final String BOOK = "with stored as (insert into ab_test_results (test_id, generation, " + names()
            + ", control_model_version, treatment_model_version, control_model_digest, treatment_model_digest,"
            + " control_action_name, treatment_action_name, actions_match, confidence_delta, latency_delta_ms) select ?, ?, "
            + COLUMNS.stream()
                    .map(Column::name)
                    .map(name -> ACTIONS.contains(name) ? "left(" + name + ", ab_test_action_width())" : name)
                    .collect(Collectors.joining(", "))
            + (", '" + VERSION + "'").repeat(4)
            + ACTIONS.stream()
                    .map(name -> ", case when length(" + name + ") > ab_test_action_width() then " + name + " end")
                    .collect(Collectors.joining())
            // null unless both answered
            + ", control_action = treatment_action, treatment_confidence - control_confidence,"
            + " treatment_latency_ms - control_latency_ms from unnest("
            + COLUMNS.stream().map(column -> "?::" + column.type() + "[]").collect(Collectors.joining(", "))
            + ") as given (" + names() + ") on conflict do nothing returning ab_test_results as result)"
            + " select ab_test_book(array_agg(result)) as stored from stored";

    private static final String PRESENT = "select count(*) as present from unnest(?::uuid[], ?::timestamptz[])"
            + " as given (row_id, time) join ab_test_results using (row_id, time)";

    private final NamedConnection database;

    ImportedRows(NamedConnection database) {
        this.database = database;
    }

    /** Stores rows of a test; those that are there stay as they are. Returns how many are new. */
    long book(String testId, List<AcceptedRow> rows) {
        return database.tried(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(BOOK)) {
                statement.setString(1, testId);
                statement.setLong(2, ImportTarget.GENERATION);
                int place = 3;
                for (Column column : COLUMNS) {
                    statement.setArray(place++, array(connection, column, rows));
                }
                try (ResultSet found = statement.executeQuery()) {
                    found.next();
                    return found.getLong("stored");
                }
            }
        });
    }

    /** How many of the rows are there. */
    long present(List<AcceptedRow> rows) {
        return database.tried(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PRESENT)) {
                statement.setArray(1, array(connection, COLUMNS.get(0), rows));
                statement.setArray(2, array(connection, COLUMNS.get(1), rows));
                try (ResultSet found = statement.executeQuery()) {
                    found.next();
                    return found.getLong("present");
                }
            }
        });
    }

    private static Array array(Connection connection, Column column, List<AcceptedRow> rows) throws SQLException {
        return connection.createArrayOf(
                column.type(), rows.stream().map(column.value()).toArray(column.array()));
    }

    /** Takes minutes that are over a day old into their hours, as the service does now and then, so that they do not pile up. */
    void fold() {
        database.tried(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("select fold_ab_test_account()");
            }
        });
    }

    private static Column text(String name, Function<AcceptedRow, @Nullable Object> value) {
        return new Column(name, "varchar", value, String[]::new);
    }

    private static Column number(String name, Function<AcceptedRow, @Nullable Object> value) {
        return new Column(name, "float8", value, Double[]::new);
    }

    private static String names() {
        return COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));
    }
}
