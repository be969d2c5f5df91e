package ai.ultrathink.understudy.notice;

import static ai.ultrathink.understudy.notice.NoticeReplica.DESTINATION;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.storage.notice.ClaimedNotice;
import ai.ultrathink.understudy.storage.notice.OwnOutbox;
import ai.ultrathink.understudy.testkit.Authority;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.WebhookReceiver;
import ai.ultrathink.understudy.testkit.WebhookReceiver.Deed;
import ai.ultrathink.understudy.testkit.WebhookReceiver.Post;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events on their way from a real database to a real receiver. */
class NoticesTest {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final List<String> TESTS = List.of("canary", "shadow", "ramp");

    private static final Map<String, String> IMPATIENT =
            Map.of("understudy.notices.max-attempts", "1000", "understudy.notices.send-within", "300ms");

    private static LocalPostgres postgres;

    private final WebhookReceiver receiver = new WebhookReceiver();
    private String database = "";

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
        database = postgres.newDatabase();
        OwnOutbox.migrate(database, "latest");
    }

    @AfterEach
    void stop_the_receiver() {
        receiver.close();
    }

    private static void events(OwnOutbox outbox, int ofEach) {
        for (int i = 0; i < ofEach; i++) {
            TESTS.forEach(test -> outbox.event(test, "split_updated", "again"));
        }
    }

    private static List<String> left(OwnOutbox outbox) {
        return outbox.select("select position from ab_notices where dead_at is null");
    }

    private static List<String> dead(OwnOutbox outbox) {
        return outbox.select(
                "select position || ' ' || problem from ab_notices where dead_at is not null order by position");
    }

    /** What came of each test, in the order in which it came: the places in the chain. */
    private Map<String, List<Long>> positions() {
        return receiver.posts().stream()
                .map(post -> new JsonObject(post.body()))
                .collect(Collectors.groupingBy(
                        event -> event.getString("subject"),
                        LinkedHashMap::new,
                        Collectors.mapping(event -> Long.valueOf(event.getString("sequence")), Collectors.toList())));
    }

    @Test
    void two_replicas_send_each_event_once_and_in_order_for_each_test() {
        try (NoticeReplica one = NoticeReplica.of(database, receiver);
                NoticeReplica other = NoticeReplica.of(database, receiver)) {
            events(one.outbox(), 10);
            one.start();
            other.start();
            events(one.outbox(), 10);

            await().atMost(WITHIN).until(() -> left(one.outbox()).isEmpty());

            assertEquals(60, receiver.posts().size());
            assertEquals(60, one.count("sent") + other.count("sent"));
            positions().forEach((test, positions) -> {
                assertEquals(20, positions.size(), test);
                assertEquals(positions.stream().sorted().toList(), positions, test);
            });
        }
    }

    @Test
    void a_notice_has_the_events_hash_as_its_id_wherever_it_goes() {
        try (NoticeReplica replica = NoticeReplica.of(database, receiver)) {
            replica.outbox().event("canary", "created", "first");

            replica.sendAll();

            Post post = receiver.posts().getFirst();
            String hash =
                    replica.outbox().select("select hash from ab_test_events").getFirst();
            assertEquals(hash, post.header("webhook-id"));
            assertEquals(hash, new JsonObject(post.body()).getString("id"));
            assertEquals("/hook?team=1", post.path());
            assertEquals("application/cloudevents+json; charset=utf-8", post.header("content-type"));
            assertTrue(post.header("webhook-timestamp").matches("[0-9]{10}"));
            assertEquals("", post.header("webhook-signature"));
        }
    }

    /** The receiver fails, hangs, closes connections, asks for time, goes away and comes back. */
    @Test
    void nothing_is_lost_or_out_of_order_while_the_receiver_is_out_of_order() {
        Random random = new Random(6);
        receiver.will(post -> switch (random.nextInt(6)) {
            case 0 -> Deed.answer(500);
            case 1 -> Deed.CLOSE;
            case 2 -> random.nextInt(3) == 0 ? Deed.HANG : Deed.answer(503);
            case 3 -> new Deed(429, Map.of("Retry-After", "0"));
            default -> Deed.TAKE;
        });
        try (NoticeReplica one = NoticeReplica.of(database, receiver, IMPATIENT);
                NoticeReplica other = NoticeReplica.of(database, receiver, IMPATIENT)) {
            one.start();
            other.start();
            events(one.outbox(), 5);
            await().atMost(WITHIN).until(() -> receiver.posts().size() > 10);
            receiver.stop();
            events(one.outbox(), 5);
            await().atMost(WITHIN)
                    .until(() -> !one.outbox()
                            .select("select 1 from ab_notices where problem like 'Connection refused%'")
                            .isEmpty());
            receiver.start();

            await().atMost(WITHIN).until(() -> left(one.outbox()).isEmpty());
            assertEquals(List.of(), dead(one.outbox()));
        }

        positions().forEach((test, positions) -> {
            assertEquals(10, Set.copyOf(positions).size(), test);
            assertEquals(positions.stream().sorted().toList(), positions, test);
        });
        Set<String> ids = new HashSet<>();
        Set<String> events = new HashSet<>();
        receiver.posts().forEach(post -> {
            ids.add(post.header("webhook-id"));
            events.add(post.header("webhook-id") + new JsonObject(post.body()).getString("sequence"));
        });
        assertEquals(30, ids.size());
        assertEquals(ids.size(), events.size());
        assertTrue(receiver.posts().size() > 30, "some came twice");
    }

    /** A replica that dies between the call and the note leaves its claim behind. */
    @Test
    void what_a_dead_replica_has_sent_and_not_noted_is_sent_again_with_the_same_id() {
        try (NoticeReplica dying = NoticeReplica.of(database, receiver);
                NoticeReplica other = NoticeReplica.of(database, receiver)) {
            dying.outbox().event("canary", "created", "first");
            ClaimedNotice claimed = dying.store()
                    .claim(DESTINATION, 8, Duration.ofMillis(500))
                    .await()
                    .atMost(WITHIN)
                    .getFirst();
            dying.channel().send(claimed.event()).await().atMost(WITHIN);
            assertEquals(1, claimed.attempts());
            other.start();

            await().atMost(WITHIN).until(() -> left(other.outbox()).isEmpty());

            assertEquals(2, receiver.posts().size());
            assertEquals(
                    receiver.posts().getFirst().header("webhook-id"),
                    receiver.posts().getLast().header("webhook-id"));
            assertEquals(
                    receiver.posts().getFirst().body(),
                    receiver.posts().getLast().body());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 404, 410})
    void what_a_receiver_will_never_take_is_given_up_at_once_and_does_not_hold_up_the_next(int status) {
        receiver.will(post -> post.body().contains("poison")
                ? new Deed(status, Map.of("Location", receiver.url("/elsewhere")))
                : Deed.TAKE);
        try (NoticeReplica replica = NoticeReplica.of(database, receiver)) {
            replica.outbox().event("canary", "created", "poison");
            replica.outbox().event("canary", "enabled", "well");

            replica.sendAll();

            assertEquals(List.of("1 it answered " + status + ": no thanks"), dead(replica.outbox()));
            assertEquals(List.of(), left(replica.outbox()));
            assertEquals(Map.of("canary", List.of(1L, 2L)), positions());
            assertEquals(1, replica.count("dead"));
            assertEquals(1, replica.count("sent"));
            assertTrue(receiver.posts().stream().noneMatch(post -> post.path().equals("/elsewhere")));
        }
    }

    @Test
    void what_fails_too_often_is_given_up_and_can_be_sent_once_more() {
        receiver.will(Deed.answer(500));
        try (NoticeReplica replica =
                NoticeReplica.of(database, receiver, Map.of("understudy.notices.max-attempts", "3"))) {
            replica.outbox().event("canary", "created", "first");
            replica.start();
            await().atMost(WITHIN).until(() -> !dead(replica.outbox()).isEmpty());
            assertEquals(3, receiver.posts().size());
            assertEquals(2, replica.count("failed"));
            receiver.will(Deed.TAKE);

            assertEquals(List.of("1"), replica.outbox().select("select ab_notice_resend('desk')"));

            await().atMost(WITHIN).until(() -> receiver.posts().size() == 4);
            await().atMost(WITHIN)
                    .until(() ->
                            replica.outbox().select("select 1 from ab_notices").isEmpty());
        }
    }

    /** Of a certificate of another authority, and of one for another host. */
    @Test
    void a_receiver_that_cannot_prove_who_it_is_gets_nothing(@TempDir Path directory) throws IOException {
        Authority authority = Authority.create(directory, "authority");
        Map<String, String> once = Map.of("understudy.notices.max-attempts", "1");
        try (WebhookReceiver known = WebhookReceiver.withTls(authority.sign("known", "san=ip:127.0.0.1"));
                WebhookReceiver other = WebhookReceiver.withTls(authority.sign("other", "san=dns:other.example"));
                NoticeReplica trusting = NoticeReplica.of(database, known, once, authority.certificate());
                NoticeReplica mistaken = NoticeReplica.of(database, other, once, authority.certificate());
                NoticeReplica strange = NoticeReplica.of(database, known, once)) {
            trusting.outbox().event("canary", "created", "first");
            strange.sendAll();
            trusting.outbox().event("canary", "enabled", "second");
            mistaken.sendAll();
            trusting.outbox().event("canary", "disabled", "third");
            trusting.sendAll();

            assertEquals(2, dead(trusting.outbox()).size());
            dead(trusting.outbox()).forEach(problem -> assertFalse(problem.contains("no answer"), problem));
            assertEquals(List.of(), other.posts());
            assertEquals(
                    List.of("3"),
                    known.posts().stream()
                            .map(post -> new JsonObject(post.body()).getString("sequence"))
                            .toList());
        }
    }

    @Test
    void one_test_whose_notice_fails_does_not_hold_up_another() {
        receiver.will(post -> post.body().contains("\"subject\":\"canary\"") ? Deed.answer(500) : Deed.TAKE);
        try (NoticeReplica replica =
                NoticeReplica.of(database, receiver, Map.of("understudy.notices.max-attempts", "1000"))) {
            events(replica.outbox(), 3);
            replica.start();

            await().atMost(WITHIN).until(() -> left(replica.outbox()).size() == 3);

            assertEquals(Set.of(1L), Set.copyOf(positions().getOrDefault("canary", List.of())));
        }
    }

    @Test
    void a_receiver_that_asks_for_time_gets_it_from_all_replicas() {
        receiver.will(new Deed(429, Map.of("Retry-After", "7200")));
        Map<String, String> hours = Map.of("understudy.notices.retry-at-most", "1h");
        try (NoticeReplica one = NoticeReplica.of(database, receiver, hours);
                NoticeReplica other = NoticeReplica.of(database, receiver, hours)) {
            one.outbox().event("canary", "created", "first");
            one.sendAll();
            one.outbox().event("shadow", "created", "first");

            other.sendAll();

            assertEquals(1, receiver.posts().size());
            assertEquals(
                    List.of("t"),
                    one.outbox()
                            .select(
                                    "select paused_until between now() + interval '3500 s' and now() + interval '3600 s'"
                                            + " from ab_notice_destinations"));
        }
    }

    @Test
    void a_destination_gets_the_events_since_it_was_first_configured() throws SQLException {
        String earlier = postgres.newDatabase();
        OwnOutbox.migrate(earlier, "25.1");
        try (OwnOutbox before = OwnOutbox.of(earlier)) {
            before.event("canary", "created", "by the release before");
            OwnOutbox.migrate(earlier, "latest");
            before.event("canary", "enabled", "without a destination");
        }
        try (NoticeReplica replica = NoticeReplica.of(earlier, receiver)) {
            replica.outbox().event("canary", "disabled", "with one");

            replica.sendAll();

            assertEquals(Map.of("canary", List.of(3L)), positions());
        }
    }

    @Test
    void a_destination_that_no_replica_has_gets_nothing_after_a_day_and_is_forgotten_after_a_month() {
        try (NoticeReplica replica = NoticeReplica.of(database, receiver)) {
            OwnOutbox outbox = replica.outbox();
            outbox.event("canary", "created", "first");
            outbox.execute("update ab_notice_destinations set seen_at = now() - interval '2 days'");
            outbox.event("canary", "enabled", "second");

            replica.store().seen(List.of("other"), List.of()).await().atMost(WITHIN);

            assertEquals(List.of("desk 1"), outbox.select("select destination || ' ' || position from ab_notices"));
            outbox.execute("update ab_notice_destinations set seen_at = now() - interval '31 days'"
                    + " where destination = 'desk'");
            replica.store().seen(List.of("other"), List.of()).await().atMost(WITHIN);
            assertEquals(List.of("other"), outbox.select("select destination from ab_notice_destinations"));
            assertEquals(List.of(), outbox.select("select 1 from ab_notices"));
        }
    }

    @Test
    void an_event_that_is_rolled_back_or_not_sealed_makes_no_notice() {
        try (NoticeReplica replica = NoticeReplica.of(database, receiver)) {
            OwnOutbox outbox = replica.outbox();
            String event =
                    "insert into ab_test_events (test_id, actor, action, generation, hash) values ('canary', 'ada',"
                            + " 'created', 1, ";
            outbox.execute("begin; " + event + "''); rollback");
            outbox.execute(event + "null)");
            outbox.execute("begin; " + event + "''); " + event + "''); commit");

            assertEquals(List.of("1", "2"), outbox.select("select position from ab_notices order by position"));
        }
    }

    @Test
    void a_notice_whose_event_the_retention_has_removed_goes_and_the_next_is_sent() {
        try (NoticeReplica replica = NoticeReplica.of(database, receiver)) {
            replica.outbox().event("canary", "created", "old");
            replica.outbox().event("canary", "enabled", "new");
            replica.outbox().execute("delete from ab_test_events where chain_position = 1");

            replica.store().seen(List.of(DESTINATION), List.of()).await().atMost(WITHIN);
            replica.sendAll();

            assertEquals(Map.of("canary", List.of(2L)), positions());
            assertEquals(List.of(), left(replica.outbox()));
        }
    }

    @Test
    void how_a_destination_stands_can_be_read() {
        receiver.will(post -> post.body().contains("poison") ? Deed.answer(400) : Deed.answer(500));
        try (NoticeReplica replica =
                NoticeReplica.of(database, receiver, Map.of("understudy.notices.retry-after", "200ms"))) {
            replica.outbox().event("canary", "created", "poison");
            replica.outbox().event("shadow", "created", "well");

            replica.sendAll();

            assertEquals(
                    List.of("1 1 it answered 500: no thanks"),
                    replica.outbox()
                            .select("select waiting || ' ' || dead || ' ' || problem from ab_notice_standings"
                                    + " where lag_seconds > 0"));
            var standing = replica.store()
                    .standings(List.of(DESTINATION))
                    .await()
                    .atMost(WITHIN)
                    .getFirst();
            assertEquals(1, standing.waiting());
            assertEquals(1, standing.dead());
            assertTrue(standing.lagSeconds() > 0);
        }
    }
}
