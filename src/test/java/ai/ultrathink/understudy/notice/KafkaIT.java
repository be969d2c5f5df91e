package ai.ultrathink.understudy.notice;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.http.Service;
import ai.ultrathink.understudy.storage.notice.OwnOutbox;
import ai.ultrathink.understudy.testkit.KafkaBroker;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with a real broker, which dies and comes back, and so does the service. */
class KafkaIT {

    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final String EVENTS = "understudy.events";
    private static final String RESULTS = "desk.results";
    private static final int PREDICTIONS = 40;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory = Path.of("");

    private static Map<String, String> environment(String database, KafkaBroker broker) {
        Map<String, String> environment = new HashMap<>(LocalPostgres.environment(database));
        environment.put("UNDERSTUDY_KAFKA_BOOTSTRAP_SERVERS", broker.servers());
        environment.put("UNDERSTUDY_KAFKA_RESULTS_TOPIC", RESULTS);
        environment.put("UNDERSTUDY_NOTICES_SEND_WITHIN", "3s");
        environment.put("UNDERSTUDY_NOTICES_RETRY_AT_MOST", "2s");
        return environment;
    }

    private ServiceProcess start(Map<String, String> environment) throws IOException {
        return ServiceProcess.start(Files.createDirectories(directory.resolve("service")), environment)
                .awaitTests();
    }

    private static void change(ServiceProcess service, String what, String body, int status) {
        var answer = service.send("POST", Service.TESTS + what, body);
        assertEquals(status, answer.statusCode(), answer::body);
    }

    private static void predict(ServiceProcess service, String round) {
        for (int i = 0; i < PREDICTIONS; i++) {
            JsonObject request = Service.request("canary").put("request_id", round + i);
            var answer = service.send("POST", Service.PREDICT, request.encode());
            assertEquals(200, answer.statusCode(), answer::body);
        }
        await().atMost(WITHIN)
                .until(() -> service.send("POST", Service.about("canary", "flush"), "")
                                .statusCode()
                        == 200);
    }

    @Test
    void events_and_results_arrive_in_order_and_none_is_lost_whatever_dies() throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory);
                KafkaBroker broker = KafkaBroker.start(directory)) {
            String database = postgres.newDatabase();
            Map<String, String> environment = environment(database, broker);
            try (ServiceProcess service = start(environment);
                    OwnOutbox outbox = OwnOutbox.of(database)) {
                await().atMost(WITHIN)
                        .until(() -> outbox.select("select 1 from ab_notice_destinations")
                                        .size()
                                == 2);
                change(
                        service,
                        "/create",
                        Service.explicitTest("canary", "bull_specialist", "bull_specialist_v2")
                                .put("mode", "shadow")
                                .encode(),
                        201);
                predict(service, "first-");
                awaitResults(broker, outbox);
                await().atMost(WITHIN).until(() -> actions(broker).equals(List.of("created")));

                broker.kill();
                change(service, "/canary/disable", "", 200);
                change(service, "/canary/enable", "", 200);
                predict(service, "away-");
                assertEquals(200, service.status("/q/health/ready"));
                await("it has tried")
                        .atMost(WITHIN)
                        .until(() -> service.output().contains("results wait for Kafka"));
                broker.start();
                awaitResults(broker, outbox);
                await().atMost(WITHIN).until(() -> actions(broker).contains("enabled"));

                broker.kill();
                change(service, "/canary/disable", "", 200);
                predict(service, "dying-");
                service.kill();
            }
            try (ServiceProcess service = start(environment);
                    OwnOutbox outbox = OwnOutbox.of(database)) {
                assertTrue(service.process().isAlive());
                broker.start();

                awaitResults(broker, outbox);
                await().atMost(WITHIN)
                        .until(() -> outbox.select("select 1 from ab_notices").isEmpty());

                assertEquals(List.of("created", "disabled", "enabled", "disabled"), actions(broker));
            }
        }
    }

    /** Each stored row is there, whole, and nothing else is. */
    private static void awaitResults(KafkaBroker broker, OwnOutbox outbox) {
        await().atMost(WITHIN)
                .until(() -> outbox.select("select 1 from ab_notice_results").isEmpty());
        Set<String> stored = outbox.select("select to_jsonb(r)::text from ab_test_results r").stream()
                .map(row -> new JsonObject(row).encode())
                .collect(Collectors.toSet());
        List<JsonObject> sent = broker.records(RESULTS).stream()
                .map(record -> new JsonObject(record.value()))
                .toList();
        assertTrue(stored.size() >= PREDICTIONS, () -> "stored: " + stored.size());
        assertEquals(
                stored,
                sent.stream().map(event -> event.getJsonObject("data").encode()).collect(Collectors.toSet()));
        sent.forEach(event ->
                assertEquals(event.getString("id"), event.getJsonObject("data").getString("row_id")));
    }

    /** What was done, in the order of the positions; each is checked to be where its test is. */
    private static List<String> actions(KafkaBroker broker) {
        List<ConsumerRecord<String, String>> records = broker.records(EVENTS);
        List<Long> positions = records.stream()
                .map(record -> Long.valueOf(new JsonObject(record.value()).getString("sequence")))
                .toList();
        assertEquals(positions.stream().sorted().toList(), positions);
        records.forEach(record -> {
            assertEquals("canary", record.key());
            assertEquals(
                    "application/cloudevents+json; charset=utf-8",
                    new String(record.headers().lastHeader("content-type").value(), StandardCharsets.UTF_8));
        });
        return records.stream()
                .map(record -> new JsonObject(record.value()).getJsonObject("data"))
                // not what a slow machine makes of guards
                .filter(event -> Set.of("created", "disabled", "enabled").contains(event.getString("action")))
                .map(event -> event.getLong("position") + " " + event.getString("action"))
                .distinct()
                .map(event -> event.substring(event.indexOf(' ') + 1))
                .toList();
    }
}
