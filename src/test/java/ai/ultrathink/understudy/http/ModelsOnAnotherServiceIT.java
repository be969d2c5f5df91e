package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.testkit.Directories;
import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.MarketDay;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that a second service answers for, by its own Open Inference Protocol: as treatment and as control, over REST and gRPC. */
class ModelsOnAnotherServiceIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String MODEL = "bull_specialist_v2";
    private static final List<String> FAR = List.of("far_rest", "far_grpc");
    private static final int DAYS = 40;

    @Test
    void answers_are_those_of_the_other_service_and_control_answers_while_it_is_away(@TempDir Path directory)
            throws IOException, SQLException {
        List<MarketDay> days = MarketDay.readAll().subList(0, DAYS);
        Path models = Files.createDirectory(directory.resolve("models"));
        for (String near : List.of("bull_specialist", MODEL)) {
            Directories.copy(Path.of("models", near), models.resolve(near));
        }
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            Map<String, String> its = LocalPostgres.environment(postgres.newDatabase());
            ServiceProcess other = ServiceProcess.start(Files.createDirectory(directory.resolve("other")), its);
            other.awaitReady();
            int port = other.at("/").getPort();
            card(models.resolve("far_rest"), "http://localhost:" + port);
            card(models.resolve("far_grpc"), "grpc://localhost:" + port);
            Map<String, String> environment = new HashMap<>(LocalPostgres.environment(postgres.newDatabase()));
            environment.put("UNDERSTUDY_MODELS_DIR", models.toString());
            environment.put("UNDERSTUDY_MODELS_DEFAULT_MODEL", "bull_specialist");
            try (ServiceProcess service =
                    ServiceProcess.start(Files.createDirectory(directory.resolve("one")), environment)) {
                service.awaitReady();
                for (String far : FAR) {
                    // of all units, so that the caller gets what the other service says
                    create(service, far, "bull_specialist", far, new JsonObject().put("traffic_split", 1));
                    // beside the same network in this process
                    create(service, far + "_beside", MODEL, far, new JsonObject().put("mode", "shadow"));
                    create(service, far + "_control", far, MODEL, new JsonObject().put("mode", "shadow"));
                    for (MarketDay day : days) {
                        assertEquals(
                                probabilities(predict(other, day, MODEL, null)),
                                probabilities(predict(service, day, "bull_specialist", far)),
                                day.date());
                        predict(service, day, MODEL, far + "_beside");
                        predict(service, day, far, far + "_control");
                    }
                    for (String shadow : List.of(far + "_beside", far + "_control")) {
                        requireNoDifference(service, shadow);
                    }
                }

                other.kill();
                for (String far : FAR) {
                    JsonObject answer = predict(service, days.getFirst(), "bull_specialist", far);
                    assertEquals("control", servedBy(answer), answer::encode);
                }
                Map<String, String> again = new HashMap<>(its);
                again.put("QUARKUS_HTTP_PORT", Integer.toString(port));
                try (ServiceProcess returned = ServiceProcess.start(directory.resolve("other"), again)) {
                    returned.awaitReady();
                    for (String far : FAR) {
                        await().atMost(WITHIN)
                                .until(() -> "treatment"
                                        .equals(servedBy(predict(service, days.getFirst(), "bull_specialist", far))));
                    }
                }
            } finally {
                other.close();
            }
        }
    }

    private static void card(Path folder, String url) throws IOException {
        JsonObject remote = new JsonObject()
                .put("url", url)
                .put("protocol", "oip")
                .put("model", MODEL)
                .put("version", "2");
        Files.writeString(
                Files.createDirectory(folder).resolve("model.json"),
                new JsonObject()
                        .put("version", "2")
                        .put("runtime", "remote")
                        .put("remote", remote)
                        .put("input", new JsonObject().put("shape", new JsonArray().add(43)))
                        .put("actions", new JsonArray().add("HOLD").add("BUY").add("SELL"))
                        .put(
                                "output",
                                new JsonObject().put("kind", "probabilities").put("name", "action_probabilities"))
                        .encode());
    }

    private static void create(ServiceProcess service, String id, String control, String treatment, JsonObject more) {
        ok(
                201,
                service.send(
                        "POST",
                        "/api/v1/ab-test/create",
                        new JsonObject()
                                .put("test_id", id)
                                .put("control_model", control)
                                .put("treatment_model", treatment)
                                .put("explicit", true)
                                .mergeIn(more)
                                .encode()));
    }

    private static JsonObject predict(ServiceProcess service, MarketDay day, String model, @Nullable String test) {
        JsonObject asked = new JsonObject()
                .put("symbol", "SPX")
                .put("features", new JsonArray(day.features()))
                .put("model", model);
        if (test != null) {
            asked.put("test_id", test);
        }
        return ok(200, service.send("POST", "/api/v1/predict", asked.encode()));
    }

    private static JsonObject probabilities(JsonObject answer) {
        return answer.getJsonObject("action_probabilities");
    }

    private static String servedBy(JsonObject answer) {
        return answer.getJsonObject("metadata").getJsonObject("ab_test").getString("served_by");
    }

    /** Bit for bit, as the protocol carries FP32. */
    private static void requireNoDifference(ServiceProcess service, String shadow) {
        ok(200, service.send("POST", "/api/v1/ab-test/" + shadow + "/flush", ""));
        JsonObject stats = ok(200, service.send("GET", "/api/v1/ab-test/" + shadow + "/stats?hours_back=24", ""));
        JsonObject metrics = stats.getJsonObject("metrics");
        JsonObject comparison = metrics.getJsonObject("comparison");
        assertEquals(1.0, comparison.getDouble("agreement_rate"), stats::encode);
        assertEquals(0.0, comparison.getDouble("avg_confidence_delta"), stats::encode);
        assertEquals(0.0, comparison.getDouble("stddev_confidence_delta"), stats::encode);
        for (String arm : List.of("control", "treatment")) {
            assertEquals(0, metrics.getJsonObject(arm).getInteger("error_count"), stats::encode);
        }
    }

    private static JsonObject ok(int status, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer::body);
        return new JsonObject(answer.body());
    }
}
