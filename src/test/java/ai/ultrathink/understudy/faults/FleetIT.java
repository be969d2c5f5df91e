package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Processes of the packaged service on one database, with models directories of their own, from one version to the next. */
@Isolated
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetIT {

    private static final String MODEL = "bull_specialist_v2";
    private static final String RELOAD = "/api/v1/models/reload";
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private Path directory;
    private LocalPostgres postgres;
    private String database = "";
    private ServiceReplica one;
    private ServiceReplica other;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException, SQLException {
        directory = temporary;
        postgres = LocalPostgres.start(directory);
        database = postgres.newDatabase();
        one = replica("one");
        other = replica("other");
        one.awaitReady();
        other.awaitReady();
    }

    private ServiceReplica replica(String name) throws IOException {
        Map<String, String> environment = new HashMap<>(LocalPostgres.environment(database));
        environment.put("UNDERSTUDY_FLEET_RELOAD_WITHIN", DEADLINE.toSeconds() + "s");
        environment.put("UNDERSTUDY_FLEET_DRAIN_FOR", "3s");
        environment.put("UNDERSTUDY_PROBE_EVERY", "1s");
        return Launch.in(Files.createDirectories(directory.resolve(name)), environment)
                .start();
    }

    @AfterAll
    void stop() throws IOException {
        one.close();
        other.close();
        postgres.close();
    }

    @Test
    @Order(1)
    void a_reload_under_load_gives_no_unit_two_versions_for_longer_than_a_second() throws Exception {
        String testId = one.create(ServiceReplica.test(CONTROL, MODEL)
                .put("traffic_split", 1.0)
                .put("on_model_change", "continue")
                .put("treatment_deadline_ms", 5000));
        eventually(() -> other.get("/api/v1/ab-test/" + testId).statusCode() == 200);
        Load here = Load.start(one, Ask.under(testId, CONTROL), 100);
        Load there = Load.start(other, Ask.under(testId, CONTROL), 100);
        version(one, "n2");
        version(other, "n2");

        JsonObject begun = begun(one);
        awaitState(begun.getString("reload_id"), "switched");
        // far longer than the second around the switch
        Thread.sleep(Duration.ofSeconds(3));
        JsonObject switched = awaitState(begun.getString("reload_id"), "switched");

        Recording first = here.stop();
        Recording second = there.stop();
        assertEquals("loading", begun.getString("state"));
        assertEquals(
                List.of("switched", "switched"),
                switched.getJsonArray("replicas").stream()
                        .map(replica -> ((JsonObject) replica).getString("state"))
                        .toList());
        assertEquals(0, first.failed() + second.failed(), first.firstFailure() + second.firstFailure());
        for (Recording recording : List.of(first, second)) {
            assertTrue(recording.count(answer -> version(answer).equals("2")) > 0);
            assertTrue(recording.count(answer -> version(answer).equals("n2")) > 0);
        }
        assertTrue(overlapNanos(first, second) < SECOND, () -> "both versions for " + overlapNanos(first, second));
        ServiceReplica.ok(one.call(testId, "flush"));
        ServiceReplica.ok(other.call(testId, "flush"));
        assertTrue(overlapOfRows(testId) < 1, () -> "both versions in rows");
        assertEquals(2, one.test(testId).getLong("generation"));
        assertTrue(actions(testId).contains("model_changed"));
    }

    @Test
    @Order(2)
    void a_reload_that_finds_nothing_changed_answers_at_once() {
        HttpResponse<String> answer = one.post(RELOAD, "");

        assertEquals(200, answer.statusCode());
        assertEquals("n2", model(one).getString("version"));
    }

    @Test
    @Order(3)
    void a_replica_that_cannot_load_the_version_is_left_behind_named_and_not_ready() throws Exception {
        version(one, "n3");
        Files.writeString(other.launch().model(MODEL).resolve("model.pt"), "no network");
        Load there = Load.start(other, Ask.plain(MODEL), 20);

        JsonObject begun = begun(one);
        assertEquals("n2", versionOf(one));
        awaitState(begun.getString("reload_id"), "switched");

        assertTrue(begun.getString("reload_id").length() > 0);
        eventually(() -> versionOf(one).equals("n3"));
        eventually(() -> !other.ready());
        HttpResponse<String> ready = other.get("/q/health/ready");
        assertTrue(ready.body().contains("the fleet serves version #"), ready::body);
        assertEquals(503, other.ask(Ask.plain(MODEL), 1).status());
        assertEquals("withheld", model(other).getString("state"));
        for (ServiceReplica replica : List.of(one, other)) {
            eventually(() -> replica.metric("understudy_model_version_skew", "model=\"" + MODEL + "\"") == 1);
        }
        assertTrue(one.ready());
        Recording recording = there.stop();
        assertEquals(0, recording.count(answer -> version(answer).equals("n3")));
        assertTrue(recording.count(TimedAnswer::ok) > 0);
    }

    @Test
    @Order(4)
    void a_replica_whose_folder_is_mended_serves_again_by_itself() throws Exception {
        Files.copy(
                one.launch().model(MODEL).resolve("model.pt"),
                other.launch().model(MODEL).resolve("model.pt"),
                StandardCopyOption.REPLACE_EXISTING);
        version(other, "n3");

        eventually(other::ready);

        assertEquals("n3", versionOf(other));
        for (ServiceReplica replica : List.of(one, other)) {
            eventually(() -> replica.metric("understudy_model_version_skew", "model=\"" + MODEL + "\"") == 0);
        }
    }

    @Test
    @Order(5)
    void while_the_database_is_away_nothing_is_switched_and_it_goes_on_afterwards() throws Exception {
        version(one, "n4");
        String reloadId = begun(one).getString("reload_id");
        postgres.pause();
        try {
            version(other, "n4");
            Thread.sleep(Duration.ofSeconds(4));

            assertEquals("n3", versionOf(one));
            assertEquals("n3", versionOf(other));
            version(one, "n5");
            assertEquals(503, one.post(RELOAD, "").statusCode());
            version(one, "n4");
        } finally {
            postgres.resume();
        }

        awaitState(reloadId, "switched");
        eventually(() -> versionOf(one).equals("n4") && versionOf(other).equals("n4"));
        assertTrue(one.ready() && other.ready());
    }

    @Test
    @Order(6)
    void a_replica_that_is_killed_does_not_hold_up_the_switch_and_one_that_starts_meanwhile_takes_part()
            throws Exception {
        version(one, "n6");
        ServiceReplica third = null;
        try {
            String reloadId = begun(one).getString("reload_id");
            third = newcomer("n6");
            long killed = System.nanoTime();
            other.process().kill();

            JsonObject switched = awaitState(reloadId, "switched");

            long seconds = Duration.ofNanos(System.nanoTime() - killed).toSeconds();
            assertTrue(seconds < DEADLINE.toSeconds() + 10, () -> "after " + seconds + " s");
            assertFalse(String.valueOf(switched.getString("detail")).contains("not on"), switched::encode);
            third.awaitReady();
            assertEquals("n6", versionOf(third));
            assertEquals("n6", versionOf(one));
        } finally {
            if (third != null) {
                third.close();
            }
        }
    }

    @Test
    @Order(7)
    void one_that_is_started_again_beside_others_does_not_serve_what_its_folder_has() throws Exception {
        // the folder of the one that was killed still has an earlier version
        other = other.launch().start().awaitListening();

        eventually(() -> model(other).getString("state", "").equals("withheld"));

        assertFalse(other.ready());
        assertEquals(503, other.ask(Ask.plain(MODEL), 1).status());
        assertEquals("n6", versionOf(one));
        version(other, "n6");
        eventually(other::ready);
        assertEquals("n6", versionOf(other));
    }

    @Test
    @Order(8)
    void one_that_starts_alone_serves_what_its_folder_has() throws Exception {
        one.process().kill();
        assertEquals(0, other.process().terminate());
        version(one, "n7");

        one = one.launch().start().awaitReady();

        eventually(() -> versionOf(one).equals("n7"));
    }

    private ServiceReplica newcomer(String version) throws IOException {
        Map<String, String> environment = new HashMap<>(one.launch().environment());
        Launch launch = Launch.in(Files.createDirectories(directory.resolve("third")), environment);
        version(launch.model(MODEL), version);
        return launch.start().awaitListening();
    }

    /** Another version of the same network. */
    private static void version(ServiceReplica replica, String version) throws IOException {
        version(replica.launch().model(MODEL), version);
    }

    private static void version(Path folder, String version) throws IOException {
        Path card = folder.resolve("model.json");
        Path written = folder.resolve("written");
        Files.writeString(
                written,
                new JsonObject(Files.readString(card)).put("version", version).encode());
        Files.move(written, card, StandardCopyOption.ATOMIC_MOVE);
    }

    /** On a busy machine the database may be slow to answer a service that has just started. */
    private static JsonObject begun(ServiceReplica replica) {
        HttpResponse<String> answer =
                await().atMost(WITHIN).until(() -> replica.post(RELOAD, ""), asked -> asked.statusCode() != 503);
        assertEquals(202, answer.statusCode(), answer::body);
        return new JsonObject(answer.body());
    }

    private JsonObject awaitState(String reloadId, String state) {
        return await().atMost(WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> {
                            HttpResponse<String> answer = one.get("/api/v1/models/reloads/" + reloadId);
                            return answer.statusCode() == 200 ? new JsonObject(answer.body()) : new JsonObject();
                        },
                        reload -> state.equals(reload.getString("state"))
                                && reload.getJsonArray("replicas").stream()
                                        .map(JsonObject.class::cast)
                                        .anyMatch(replica ->
                                                replica.getString("state").equals("switched")));
    }

    private static String versionOf(ServiceReplica replica) {
        return version(replica.ask(Ask.plain(MODEL), 1));
    }

    /** The version that answered; empty where none of the model did. */
    private static String version(TimedAnswer answer) {
        JsonObject metadata = answer.ok() ? new JsonObject(answer.body()).getJsonObject("metadata") : new JsonObject();
        return MODEL.equals(metadata.getString("model")) ? metadata.getString("model_version") : "";
    }

    private static JsonObject model(ServiceReplica replica) {
        HttpResponse<String> answer = replica.get("/api/v1/models");
        return answer.statusCode() != 200
                ? new JsonObject()
                : new JsonArray(answer.body())
                        .stream()
                                .map(JsonObject.class::cast)
                                .filter(model -> model.getString("name").equals(MODEL))
                                .findFirst()
                                .orElse(new JsonObject());
    }

    /** From the first answer of the new version to the last request that the old one answered, on either replica. */
    private static long overlapNanos(Recording... recordings) {
        long firstNew = Stream.of(recordings)
                .flatMap(recording -> recording.answers().stream())
                .filter(answer -> version(answer).equals("n2"))
                .mapToLong(TimedAnswer::answeredNanos)
                .min()
                .orElseThrow();
        long lastOld = Stream.of(recordings)
                .flatMap(recording -> recording.answers().stream())
                .filter(answer -> version(answer).equals("2"))
                .mapToLong(TimedAnswer::sentNanos)
                .max()
                .orElseThrow();
        return lastOld - firstNew;
    }

    /** The same of the rows, seconds. */
    private double overlapOfRows(String testId) throws SQLException {
        try (Connection connection = LocalPostgres.connect(database);
                PreparedStatement select = connection.prepareStatement("select extract(epoch from max(time)"
                        + " filter (where treatment_model_version = '2') - min(time)"
                        + " filter (where treatment_model_version = 'n2')) from ab_test_results where test_id = ?")) {
            select.setString(1, testId);
            try (ResultSet found = select.executeQuery()) {
                assertTrue(found.next());
                return found.getDouble(1);
            }
        }
    }

    private List<String> actions(String testId) {
        return new JsonArray(one.get("/api/v1/ab-test/" + testId + "/events").body())
                .stream().map(event -> ((JsonObject) event).getString("action")).toList();
    }

    private static void eventually(BooleanSupplier condition) {
        await().atMost(WITHIN).until(condition::getAsBoolean);
    }
}
