package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.alerting;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.features;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.okList;
import static ai.ultrathink.understudy.http.Service.placement;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.rows;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.OipServer;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that another server answers for, from the folder to the row. */
@QuarkusTest
class ModelsOnServersTest {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final List<String> FAR = List.of("far_rest", "far_grpc");

    private final OipServer rest = OipServer.rest().takes(43).knowsBinary();
    private final OipServer rpc = OipServer.rpc().takes(43);

    @BeforeEach
    void two_models() throws IOException {
        write(FAR.getFirst(), rest);
        write(FAR.getLast(), rpc);
        okList(post(MODELS + "/reload"));
    }

    @AfterEach
    void leave_everything_as_it_was() {
        Service.deleteTests();
        FAR.forEach(ModelsDirectory::remove);
        okList(post(MODELS + "/reload"));
        rest.close();
        rpc.close();
    }

    private static void write(String model, OipServer server) throws IOException {
        Path folder = Files.createDirectories(ModelsDirectory.PATH.resolve(model));
        Files.writeString(folder.resolve("model.json"), server.card());
    }

    @Test
    void they_are_listed_with_the_server_that_answers() {
        JsonObject listed = okList(get(MODELS)).stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.getString("name").equals("far_grpc"))
                .findFirst()
                .orElseThrow();

        assertEquals("loaded", listed.getString("state"), listed::encode);
        assertEquals(43, listed.getInteger("input_size"));
        assertEquals("answered by echo at " + rpc.url() + " (strict 1.0, version 3)", listed.getString("note"));
        JsonObject dryRun = ok(post(MODELS + "/far_grpc/dry-run", new JsonObject().put("features", features(0.25))));
        assertEquals(List.of(0.25, 0.75, 0.0), dryRun.getJsonArray("raw").getList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"far_rest", "far_grpc"})
    void as_a_treatment_they_answer_in_a_shadow_and_in_a_split(String far) {
        String shadow = createdShadow("far", "constant_hold", far);
        String split = split(far);

        assertEquals("HOLD", predicted(question(shadow)).getString("action"));
        JsonObject answer = predicted(question(split));

        assertEquals("BUY", answer.getString("action"));
        assertEquals("treatment", placement(answer).getString("served_by"));
        assertEquals("7", answer.getJsonObject("metadata").getString("model_version"));
        await().atMost(WITHIN).until(() -> rows(shadow).size() == 1);
        JsonObject row = rows(shadow).getFirst();
        assertNull(row.getString("treatment_error"), row::encode);
        assertEquals("BUY", row.getString("treatment_action"));
        assertTrue(row.getDouble("treatment_latency_ms") > 0, row::encode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"far_rest", "far_grpc"})
    void as_a_control_they_answer_too(String far) {
        String shadow = createdShadow("far", far, "constant_hold");

        JsonObject answer = predicted(question(shadow));

        assertEquals("BUY", answer.getString("action"));
        assertEquals("control", placement(answer).getString("served_by"));
        assertEquals(
                "BUY",
                predicted(request().put("model", far).put("features", features(0.25)))
                        .getString("action"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"far_rest", "far_grpc"})
    void another_version_opens_the_guard_with_its_reason_and_the_former_one_closes_it(String far) {
        OipServer server = far.equals("far_rest") ? rest : rpc;
        String testId = split(far);
        assertEquals("treatment", servedBy(testId));

        server.has("4");

        await().atMost(WITHIN).until(() -> servedBy(testId).equals("control"));
        await().atMost(WITHIN)
                .until(() -> get(about(testId, "events"))
                        .asString()
                        .contains("versions were [3] when it was loaded, and are [4]"));
        server.has("3");
        await().atMost(WITHIN).until(() -> servedBy(testId).equals("treatment"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"far_rest", "far_grpc"})
    void while_the_server_is_away_control_answers(String far) {
        OipServer server = far.equals("far_rest") ? rest : rpc;
        String testId = split(far);
        assertEquals("treatment", servedBy(testId));

        server.stop();

        for (int i = 0; i < 10; i++) {
            assertEquals("HOLD", predicted(question(testId)).getString("action"));
        }
        server.start();
        await().atMost(WITHIN).until(() -> servedBy(testId).equals("treatment"));
    }

    /** All requests, and never rolled back: the server fails on purpose. */
    private static String split(String far) {
        return created(explicitTest(newId("far"), "constant_hold", far)
                .put("traffic_split", 1)
                .put("pairs", 0)
                .put("guardrails", alerting()));
    }

    private static String servedBy(String testId) {
        return placement(predicted(question(testId))).getString("served_by");
    }

    private static JsonObject question(String testId) {
        return request(testId).put("features", features(0.25));
    }
}
