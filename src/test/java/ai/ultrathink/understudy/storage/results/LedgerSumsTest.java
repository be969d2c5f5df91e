package ai.ultrathink.understudy.storage.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.testkit.Waiting;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sums that the service makes of a batch are those that the database makes of its rows. */
@QuarkusTest
class LedgerSumsTest {

    private static final Duration WITHIN = Duration.ofSeconds(60);

    private static final List<String> TABLES = List.of(
            "ab_test_account",
            "ab_test_latencies",
            "ab_test_moments",
            "ab_test_action_counts",
            "ab_test_units",
            "ab_test_failed_units");

    private static final List<String> KEYS = List.of("generation", "block", "latency_bucket");

    /** Stores a batch of one test once more as that of another, whose rows the database adds up. */
    private static final String BOOK_ROWS = """
            with stored as (
                insert into ab_test_results
                select (jsonb_populate_record(null::ab_test_results, to_jsonb(r)
                    || jsonb_build_object('test_id', $2::text, 'row_id', md5(r.row_id || $2)::uuid))).*
                from ab_test_results as r
                where r.test_id = $1 and r.row_id = any ($3::uuid[])
                returning ab_test_results as result
            )
            select ab_test_book(array_agg(result)) as stored from stored""";

    @Inject
    ResultStore results;

    @Inject
    Database database;

    @Inject
    Schema schema;

    @Inject
    TimeSource time;

    private final String bySums = Service.newId("sums");
    private final String byRows = Service.newId("rows");

    @BeforeEach
    void wait_for_the_tables() {
        Waiting.await().until(schema::ready);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void what_the_service_adds_up_is_what_the_database_would(long seed) {
        RandomObservations observations = RandomObservations.unfenced(bySums, time.now(), seed);

        for (int size : List.of(400, 1, 900, 16, 17, 33)) {
            assertAlike(observations.take(size));
        }
    }

    /** In every other batch some rows are fenced, which makes minutes that were sound so far count no more. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void also_when_a_minute_turns_out_to_be_fenced(long seed) {
        RandomObservations sound = RandomObservations.unfenced(bySums, time.now(), seed);
        RandomObservations fenced = new RandomObservations(bySums, time.now(), seed + 1);

        for (int size : List.of(300, 5, 200, 2, 100, 40)) {
            assertAlike(sound.take(size));
            assertAlike(fenced.take(size / 20 + 1));
        }
    }

    @Test
    void what_is_new_in_a_batch_that_is_sent_again_counts_once() {
        RandomObservations observations = RandomObservations.unfenced(bySums, time.now(), 21);
        List<Observation> first = observations.take(200);
        List<Observation> second = observations.take(70);
        assertAlike(first);

        List<Observation> both = Stream.concat(second.stream(), first.stream()).toList();
        assertEquals(70, results.insert(both).await().atMost(WITHIN));
        bookRows(second);
        assertEquals(0, results.insert(both).await().atMost(WITHIN));

        assertSameTables();
    }

    private void assertAlike(List<Observation> batch) {
        assertEquals(batch.size(), results.insert(batch).await().atMost(WITHIN));
        bookRows(batch);
        assertSameTables();
    }

    private void bookRows(List<Observation> batch) {
        UUID[] ids = batch.stream().map(Observation::rowId).toArray(UUID[]::new);
        RowSet<Row> booked = database.attempt(
                        connection -> connection.preparedQuery(BOOK_ROWS).execute(Tuple.of(bySums, byRows, ids)))
                .await()
                .atMost(WITHIN);
        assertEquals(batch.size(), booked.iterator().next().getLong("stored"));
    }

    private void assertSameTables() {
        for (String table : TABLES) {
            List<JsonObject> sums = content(table, bySums);
            List<JsonObject> rows = content(table, byRows);
            assertTrue(!sums.isEmpty() || table.endsWith("units"), table);
            assertEquals(rows.size(), sums.size(), table);
            for (int i = 0; i < rows.size(); i++) {
                assertSame(table, rows.get(i), sums.get(i));
            }
        }
    }

    private List<JsonObject> content(String table, String testId) {
        RowSet<Row> rows = database.attempt(connection -> connection
                        .preparedQuery(
                                "select to_jsonb(t) - 'test_id' as row from " + table + " as t where test_id = $1")
                        .execute(Tuple.of(testId)))
                .await()
                .atMost(WITHIN);
        List<JsonObject> content = new ArrayList<>();
        rows.forEach(row -> content.add(row.getJsonObject("row")));
        content.sort(Comparator.comparing(LedgerSumsTest::key));
        return content;
    }

    /** What is no figure: names, times, and the numbers of {@link #KEYS}. */
    private static String key(JsonObject row) {
        return row.stream()
                .filter(column -> !(column.getValue() instanceof Number) || KEYS.contains(column.getKey()))
                .map(String::valueOf)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /** Sums may be made in another order, so they are equal but for rounding. */
    private static void assertSame(String table, JsonObject expected, JsonObject actual) {
        assertEquals(expected.fieldNames(), actual.fieldNames(), table);
        for (String column : expected.fieldNames()) {
            Object one = expected.getValue(column);
            Object other = actual.getValue(column);
            if (one instanceof Number a && other instanceof Number b) {
                assertEquals(
                        a.doubleValue(),
                        b.doubleValue(),
                        1e-9 * Math.max(1, Math.abs(a.doubleValue())),
                        () -> table + "." + column + " of "
                                + new JsonArray(List.of(expected, actual)).encodePrettily());
            } else {
                assertEquals(one, other, table + "." + column);
            }
        }
    }
}
