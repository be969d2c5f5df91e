package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

/** Eight processes of the packaged service on one database are one service. */
@Isolated
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EightReplicasIT {

    private static final int REPLICAS = 8;
    private static final int UNITS = 100;
    private static final String TREATMENT = "bull_specialist_v2";
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private final List<ServiceReplica> replicas = new ArrayList<>();
    private LocalPostgres postgres;
    private String database = "";
    private String testId = "";

    /** All at once, on an empty database. */
    @BeforeAll
    void start(@TempDir Path directory) throws IOException, SQLException {
        postgres = LocalPostgres.start(directory);
        database = postgres.newDatabase();
        Map<String, String> environment = new HashMap<>(LocalPostgres.environment(database));
        environment.put("UNDERSTUDY_TREATMENT_RUNTIME", "in_process");
        // a machine with two cores takes long to start eight
        environment.put("UNDERSTUDY_FLEET_RELOAD_WITHIN", "60s");
        for (int i = 1; i <= REPLICAS; i++) {
            Path own = Files.createDirectories(directory.resolve("replica-" + i));
            replicas.add(Launch.in(own, environment).start());
        }
        replicas.forEach(ServiceReplica::awaitReady);
    }

    @AfterAll
    void stop() throws IOException {
        replicas.forEach(ServiceReplica::close);
        postgres.close();
    }

    @Test
    @Order(1)
    void a_unit_gets_one_group_from_all_of_them_and_each_request_is_stored_once() throws Exception {
        testId = replicas.getFirst()
                .create(ServiceReplica.test(CONTROL, TREATMENT)
                        .put("traffic_split", 0.5)
                        .put("pairs", 0.0)
                        .put("treatment_deadline_ms", 5000));
        await().atMost(WITHIN)
                .until(() -> replicas.stream()
                        .allMatch(replica ->
                                replica.get("/api/v1/ab-test/" + testId).statusCode() == 200));

        Set<String> groups = new HashSet<>();
        for (int unit = 0; unit < UNITS; unit++) {
            groups.add(groupOf(unit));
        }

        assertEquals(Set.of("control", "treatment"), groups);
        for (ServiceReplica replica : replicas) {
            await().atMost(WITHIN).until(() -> replica.call(testId, "flush").statusCode() == 200);
        }
        String of = " from ab_test_results where test_id = '" + testId + "'";
        assertEquals(REPLICAS * UNITS, StoredRows.number(database, "select count(*)" + of));
        assertEquals(REPLICAS * UNITS, StoredRows.number(database, "select count(distinct request_id)" + of));
        assertEquals(
                REPLICAS * UNITS,
                StoredRows.number(
                        database,
                        "select sum(control_answers + treatment_answers) from ab_test_account where test_id = '"
                                + testId + "'"));
        for (ServiceReplica replica : replicas) {
            JsonObject stats = ServiceReplica.ok(replica.get("/api/v1/ab-test/" + testId + "/stats"));
            assertEquals(REPLICAS * UNITS, stats.getInteger("total_samples"), stats::encode);
        }
    }

    /** The group of a unit, which is the same on all replicas. */
    private String groupOf(int unit) {
        Set<String> groups = replicas.stream()
                .map(replica -> replica.ask(Ask.under(testId, CONTROL), unit))
                .map(answer -> {
                    assertTrue(answer.ok(), answer::body);
                    return answer.group();
                })
                .collect(Collectors.toSet());
        assertEquals(1, groups.size(), () -> "unit " + unit + ": " + groups);
        return groups.iterator().next();
    }

    @Test
    @Order(2)
    void each_knows_of_all_and_that_they_are_in_step() {
        for (ServiceReplica replica : replicas) {
            await().atMost(WITHIN).until(() -> inStep(replica), found -> found.equals(REPLICAS + " of " + REPLICAS));
        }
    }

    @Test
    @Order(3)
    void one_leads_and_another_one_when_it_is_killed() {
        ServiceReplica leader = leader();

        leader.process().kill();
        replicas.remove(leader);

        assertNotEquals(leader, leader());
        for (ServiceReplica replica : replicas) {
            String all = replicas.size() + " of " + replicas.size();
            await().atMost(WITHIN).until(() -> inStep(replica), found -> found.equals(all));
        }
    }

    @Test
    @Order(4)
    void a_new_version_of_a_model_is_served_by_all() throws Exception {
        for (ServiceReplica replica : replicas) {
            Path card = replica.launch().model(TREATMENT).resolve("model.json");
            Files.writeString(
                    card,
                    new JsonObject(Files.readString(card))
                            .put("version", "next")
                            .encode());
        }

        assertEquals(2, replicas.getLast().post("/api/v1/models/reload", "").statusCode() / 100);

        for (ServiceReplica replica : replicas) {
            await().atMost(WITHIN)
                    .until(() -> replica.ask(Ask.plain(TREATMENT), 1).body(), body -> body.contains("\"next\""));
        }
    }

    /** The only one that leads. */
    private ServiceReplica leader() {
        List<ServiceReplica> leaders = await().atMost(WITHIN)
                .until(
                        () -> replicas.stream()
                                .filter(replica -> replica.metric("understudy_rollout_leader") == 1)
                                .toList(),
                        found -> !found.isEmpty());
        assertEquals(1, leaders.size());
        return leaders.getFirst();
    }

    private String inStep(ServiceReplica replica) {
        JsonObject seen = new JsonArray(replica.get("/api/v1/overview").body())
                .stream()
                        .map(JsonObject.class::cast)
                        .filter(test -> test.getString("test_id").equals(testId))
                        .findFirst()
                        .orElseThrow()
                        .getJsonObject("replicas");
        return seen.getInteger("at_generation") + " of " + seen.getInteger("alive");
    }
}
