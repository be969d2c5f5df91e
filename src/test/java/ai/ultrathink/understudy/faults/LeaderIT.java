package ai.ultrathink.understudy.faults;

import static ai.ultrathink.understudy.faults.FaultEnvironment.CONTROL;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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

/** Two processes of the packaged service on one database, of which one evaluates the experiments, also when the other is gone. */
@Isolated
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaderIT {

    private static final String LEADS = "understudy_rollout_leader 1.0";
    private static final String FAILING = "throws_later";
    private static final String RAMP = "{\"steps\": [0.1, 1.0], \"rehearse\": false}";

    /** None: of the few failures until the guard opens, some would be of pairs, which say less. */
    private static final double PAIRS = 0;

    private static final int REQUESTS = 20;

    /** Every so-many-th question makes that model throw. */
    private static final int PROVOKING = 8;

    /** Far more than the few seconds that it takes on an idle machine. */
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private LocalPostgres postgres;
    private List<ServiceReplica> replicas;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException, SQLException {
        postgres = LocalPostgres.start(directory);
        String database = postgres.newDatabase();
        ServiceReplica one = start(directory.resolve("one"), database);
        ServiceReplica other = start(directory.resolve("other"), database);
        replicas = List.of(one.awaitReady(), other.awaitReady());
    }

    private static ServiceReplica start(Path directory, String database) throws IOException {
        Files.createDirectories(directory);
        return Launch.in(directory, LocalPostgres.environment(database)).start();
    }

    @AfterAll
    void stop() throws IOException {
        replicas.forEach(ServiceReplica::close);
        postgres.close();
    }

    @Test
    @Order(1)
    void one_replica_leads_and_no_other() {
        ServiceReplica leader = leader();

        assertEquals(1, leaders(Stream.of(leader, beside(leader))));
    }

    @Test
    @Order(2)
    void when_the_leader_hangs_the_other_leads_and_goes_on_leading_when_it_is_back() {
        ServiceReplica leader = leader();
        ServiceReplica other = beside(leader);

        leader.process().signal("STOP");
        try {
            await().atMost(WITHIN).until(() -> leads(other));
        } finally {
            leader.process().signal("CONT");
        }

        await().atMost(WITHIN).until(() -> !leads(leader));
        assertEquals(1, leaders(Stream.of(leader, other)));
    }

    @Test
    @Order(3)
    void when_the_leader_is_killed_the_other_rolls_back_and_ends_the_ramp() {
        ServiceReplica leader = leader();
        ServiceReplica other = beside(leader);
        String testId = leader.create(ServiceReplica.guarded(CONTROL, FAILING)
                .put("ramp", new JsonObject(RAMP))
                .put("pairs", PAIRS));

        leader.process().kill();
        AtomicInteger number = new AtomicInteger();

        // the guard lets few failures through: five, and one more each time that it tries the treatment again
        await().atMost(WITHIN.multipliedBy(3)).until(() -> {
            for (int request = 0; request < REQUESTS; request++) {
                other.ask(Ask.under(testId, CONTROL), PROVOKING * number.getAndIncrement());
            }
            return !other.test(testId).getBoolean("enabled");
        });
        assertEquals(List.of("created", "ramp_started", "rolled_back", "ramp_aborted"), actions(other, testId));
    }

    private ServiceReplica leader() {
        return await().atMost(WITHIN)
                .until(() -> replicas.stream().filter(LeaderIT::leads).findFirst(), found -> found.isPresent())
                .orElseThrow();
    }

    private ServiceReplica beside(ServiceReplica leader) {
        return replicas.stream()
                .filter(replica -> !replica.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    private static long leaders(Stream<ServiceReplica> asked) {
        return asked.filter(LeaderIT::leads).count();
    }

    private static boolean leads(ServiceReplica replica) {
        return replica.get("/q/metrics").body().contains(LEADS);
    }

    /** What happened to a test, oldest first, without what its guard did. */
    private static List<String> actions(ServiceReplica replica, String testId) {
        return new JsonArray(
                        replica.get("/api/v1/ab-test/" + testId + "/events").body())
                .stream()
                        .map(event -> ((JsonObject) event).getString("action"))
                        .filter(action -> !action.startsWith("guard_"))
                        .toList()
                        .reversed();
    }
}
