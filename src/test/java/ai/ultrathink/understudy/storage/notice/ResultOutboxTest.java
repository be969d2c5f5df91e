package ai.ultrathink.understudy.storage.notice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultOutboxTest {

    private static final String TOPIC = "kafka-results";
    private static final UUID ONE = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);

    private static LocalPostgres postgres;

    private OwnOutbox outbox;

    @BeforeAll
    static void start_a_postgresql(@TempDir Path directory) throws IOException {
        postgres = LocalPostgres.start(directory);
    }

    @AfterAll
    static void stop_it() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void make_a_database() throws SQLException {
        String database = postgres.newDatabase();
        OwnOutbox.migrate(database, "latest");
        outbox = OwnOutbox.of(database);
    }

    @AfterEach
    void close_the_connections() {
        outbox.close();
    }

    private static <T> T got(Uni<T> answer) {
        return answer.await().atMost(Duration.ofSeconds(60));
    }

    private void topicIsAskedFor() {
        got(outbox.store().seen(List.of("kafka"), List.of(TOPIC)));
    }

    /** As a replica stores a batch. */
    private void store(int rows) {
        outbox.execute(
                "with stored as (insert into ab_test_results (row_id, time, test_id, generation, request_id, unit_id,"
                        + " symbol, assigned_group, served_by, control_action, control_confidence, control_latency_ms)"
                        + " select gen_random_uuid(), now(), 'canary', 1, 'r' || i, 'u' || i, 'SPX', 'control', 'control', 'BUY', 0.5, 2"
                        + " from generate_series(1, " + rows + ") as i returning ab_test_results as result)"
                        + " select ab_test_book(array_agg(result)) from stored");
    }

    private List<WaitingResult> oldest(int most) {
        return got(outbox.results().oldest(TOPIC, most));
    }

    @Test
    void rows_wait_from_the_time_on_at_which_they_are_asked_for_and_once_each() {
        store(3);
        topicIsAskedFor();

        store(5);

        List<WaitingResult> waiting = oldest(100);
        assertEquals(5, waiting.size());
        assertEquals(5, waiting.stream().map(WaitingResult::rowId).distinct().count());
        waiting.forEach(one -> {
            JsonObject row = new JsonObject(String.valueOf(one.row()));
            assertEquals(one.rowId().toString(), row.getString("row_id"));
            assertEquals("canary", one.testId());
            assertEquals("BUY", row.getString("control_action"));
        });
        assertEquals(List.of(), outbox.select("select 1 from ab_notices"));
    }

    @Test
    void rows_of_a_batch_that_is_rolled_back_do_not_wait() {
        topicIsAskedFor();

        outbox.execute(
                "begin; insert into ab_notice_results (destination, time, row_id) values ('kafka-results', now(),"
                        + " gen_random_uuid()); rollback");

        assertEquals(List.of(), oldest(1));
    }

    @Test
    void what_was_sent_is_gone_and_the_rest_follows_in_its_order() {
        topicIsAskedFor();
        store(5);
        List<WaitingResult> first = oldest(2);

        got(outbox.results()
                .sent(TOPIC, first.stream().map(WaitingResult::number).toList()));

        List<Long> rest = oldest(100).stream().map(WaitingResult::number).toList();
        assertEquals(3, rest.size());
        assertEquals(rest.stream().sorted().toList(), rest);
        assertTrue(rest.getFirst() > first.getLast().number());
    }

    @Test
    void one_replica_at_a_time_sends_and_another_when_it_is_silent() {
        topicIsAskedFor();
        ResultOutbox results = outbox.results();

        assertTrue(got(results.claim(TOPIC, ONE, Duration.ofMinutes(1))));
        assertFalse(got(results.claim(TOPIC, OTHER, Duration.ofMinutes(1))));
        assertTrue(got(results.claim(TOPIC, ONE, Duration.ZERO)));
        assertTrue(got(results.claim(TOPIC, OTHER, Duration.ofMinutes(1))));
        assertFalse(got(results.claim(TOPIC, ONE, Duration.ofMinutes(1))));
    }

    @Test
    void a_row_that_the_retention_has_removed_is_empty_and_what_is_too_old_goes() {
        topicIsAskedFor();
        store(2);
        outbox.execute("delete from ab_test_results");

        assertNull(oldest(1).getFirst().row());
        assertNull(oldest(1).getFirst().testId());
        assertEquals(0, got(outbox.results().drop(TOPIC, Duration.ofDays(7))));
        outbox.execute("update ab_notice_results set time = now() - interval '8 days'");
        assertEquals(2, got(outbox.results().drop(TOPIC, Duration.ofDays(7))));
        assertEquals(List.of(), oldest(1));
    }

    @Test
    void how_many_wait_and_for_how_long_can_be_read() {
        topicIsAskedFor();
        store(7);

        DestinationStanding standing =
                got(outbox.store().standings(List.of(TOPIC))).getFirst();

        assertEquals(7, standing.waiting());
        assertEquals(0, standing.dead());
        assertTrue(standing.lagSeconds() > 0);
    }
}
