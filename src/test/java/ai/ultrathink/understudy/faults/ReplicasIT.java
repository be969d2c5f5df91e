package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
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

/** Two processes of the packaged service on one database. How fast one follows the other, the faults measure. */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicasIT {

    private static final String TREATMENT = "bull_specialist_v2";
    private static final String APPROVALS = "/api/v1/approvals/";
    private static final int UNITS = 100;
    private static final int RACES = 5;
    private static final double ALPHA = 0.001;

    private LocalPostgres postgres;
    private String database = "";
    private ServiceReplica one;
    private ServiceReplica other;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException, SQLException {
        postgres = LocalPostgres.start(directory);
        database = postgres.newDatabase();
        List<ServiceReplica> started = Stream.of("one", "other")
                .map(name -> start(directory.resolve(name), database))
                .toList();
        one = started.getFirst().awaitReady();
        other = started.getLast().awaitReady();
    }

    private static ServiceReplica start(Path directory, String database) {
        try {
            Files.createDirectories(directory);
            return Launch.in(directory, LocalPostgres.environment(database)).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    void stop() throws IOException {
        one.close();
        other.close();
        postgres.close();
    }

    @Test
    void started_at_once_on_an_empty_database_they_apply_each_migration_once() throws SQLException {
        List<String> applied = new ArrayList<>();
        try (Connection connection = LocalPostgres.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select version, success from flyway_schema_history order by installed_rank")) {
            while (rows.next()) {
                assertTrue(rows.getBoolean("success"));
                applied.add(rows.getString("version"));
            }
        }

        assertEquals(applied.stream().distinct().toList(), applied);
        assertTrue(applied.size() >= 5);
    }

    @Test
    void both_put_a_unit_into_the_same_group() {
        String testId = created(one.split(CONTROL, TREATMENT, 0.4));

        assertEquals(groups(one, testId), groups(other, testId));
    }

    @Test
    void what_one_disables_the_other_no_longer_serves() {
        String testId = created(one.split(CONTROL, TREATMENT, 1.0));
        assertEquals("treatment", servedBy(other, testId));

        ServiceReplica.ok(one.call(testId, "disable"));

        eventually(() -> servedBy(other, testId).equals("control"));
    }

    @Test
    void of_two_changes_to_one_generation_the_later_is_a_conflict() {
        String testId = created(one.split(CONTROL, TREATMENT, 0.1));

        List<Integer> statuses = Stream.of(one, other)
                .map(replica -> CompletableFuture.supplyAsync(() -> replica.updateSplit(testId, 0.2, 1)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .sorted()
                .toList();

        assertEquals(List.of(200, 409), statuses);
        eventually(() -> one.test(testId).getLong("generation") == 2
                && other.test(testId).getLong("generation") == 2);
    }

    @Test
    void what_one_promotes_the_other_answers_with() {
        String testId = created(one.split("universal", TREATMENT, 0.1));

        ServiceReplica.ok(one.promote(testId));

        eventually(() -> TREATMENT.equals(model(other, "universal")));
    }

    @Test
    void what_was_asked_for_on_one_is_approved_through_the_other() {
        String testId = created(one.create(underFourEyes()));

        String approval = asked(one, testId);

        assertEquals(
                "pending", ServiceReplica.ok(other.get(APPROVALS + approval)).getString("state"));
        assertEquals(403, approve(other, "bob", approval));
        assertEquals(200, approve(other, "carol", approval));
        assertEquals(
                "approved", ServiceReplica.ok(one.get(APPROVALS + approval)).getString("state"));
        eventually(() -> alpha(one, testId) == ALPHA && alpha(other, testId) == ALPHA);
    }

    @Test
    void of_two_approvers_on_two_replicas_one_comes_first() {
        for (int round = 0; round < RACES; round++) {
            String testId = created(one.create(underFourEyes()));
            String approval = asked(one, testId);

            CompletableFuture<Integer> carol = CompletableFuture.supplyAsync(() -> approve(one, "carol", approval));
            CompletableFuture<Integer> dave = CompletableFuture.supplyAsync(() -> approve(other, "dave", approval));

            String winner = carol.join() == 200 ? "carol" : "dave";
            assertEquals(
                    List.of(200, 409),
                    Stream.of(carol.join(), dave.join()).sorted().toList());
            assertEquals(
                    winner, ServiceReplica.ok(one.get(APPROVALS + approval)).getString("decided_by"));
            assertEquals(
                    List.of("guardrails_updated", "approval_granted", "approval_requested", "created"),
                    new JsonArray(other.get("/api/v1/ab-test/" + testId + "/events")
                                    .body())
                            .stream()
                                    .map(event -> ((JsonObject) event).getString("action"))
                                    .toList());
            eventually(() -> one.test(testId).getLong("generation") == 2
                    && other.test(testId).getLong("generation") == 2);
        }
    }

    private static JsonObject underFourEyes() {
        return ServiceReplica.test(CONTROL, TREATMENT).put("four_eyes", true);
    }

    /** Bob asks for another limit; the approval that it needs. */
    private static String asked(ServiceReplica replica, String testId) {
        HttpResponse<String> answer =
                replica.as("bob", "PUT", "/api/v1/ab-test/" + testId + "/guardrails", "{\"alpha\": " + ALPHA + "}");
        assertEquals(202, answer.statusCode(), answer::body);
        return new JsonObject(answer.body()).getString("approval_id");
    }

    private static int approve(ServiceReplica replica, String person, String approval) {
        return replica.as(person, "POST", APPROVALS + approval + "/approve", "").statusCode();
    }

    private static double alpha(ServiceReplica replica, String testId) {
        return replica.test(testId).getJsonObject("guardrails").getDouble("alpha");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void one_serves_while_the_other_is_killed() {
        String testId = created(other.split(CONTROL, TREATMENT, 1.0));

        other.process().kill();

        assertEquals("treatment", servedBy(one, testId));
        ServiceReplica.ok(one.call(testId, "disable"));
        assertEquals("control", servedBy(one, testId));
    }

    private String created(String testId) {
        for (ServiceReplica replica : List.of(one, other)) {
            eventually(() -> replica.get("/api/v1/ab-test/" + testId).statusCode() == 200);
        }
        return testId;
    }

    private static List<String> groups(ServiceReplica replica, String testId) {
        return IntStream.range(0, UNITS)
                .mapToObj(unit -> replica.ask(Ask.under(testId, CONTROL), unit).group())
                .toList();
    }

    private static String servedBy(ServiceReplica replica, String testId) {
        return replica.ask(Ask.under(testId, CONTROL), 1).servedBy();
    }

    private static String model(ServiceReplica replica, String asked) {
        return new JsonObject(replica.ask(Ask.plain(asked), 1).body())
                .getJsonObject("metadata")
                .getString("model");
    }

    private static void eventually(BooleanSupplier condition) {
        await().until(condition::getAsBoolean);
    }
}
