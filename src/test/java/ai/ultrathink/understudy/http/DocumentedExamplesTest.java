package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.MODELS;
import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.about;
import static ai.ultrathink.understudy.http.Service.created;
import static ai.ultrathink.understudy.http.Service.createdShadow;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.delete;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.flush;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.post;
import static ai.ultrathink.understudy.http.Service.predicted;
import static ai.ultrathink.understudy.http.Service.request;
import static ai.ultrathink.understudy.http.Service.test;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Makes each call of the OpenAPI document with the body of its example and compares the example of its answer with the answer. */
@QuarkusTest
class DocumentedExamplesTest {

    private static final String ONE = TESTS + "/{test_id}";
    private static final String RELOADED = "documented";
    private static final int ROWS = 7_000;

    private final Set<String> made = new TreeSet<>();
    private final List<String> differences = new ArrayList<>();
    private DocumentedCalls documented;

    @BeforeEach
    void read_the_document() {
        // those of other classes would be in the way of a promotion
        Service.deleteTests();
        documented = DocumentedCalls.read();
    }

    @AfterEach
    void delete_the_tests_and_the_model() {
        Service.deleteTests();
        ModelsDirectory.remove(RELOADED);
        post(MODELS + "/reload");
    }

    @Test
    void the_example_of_each_answer_has_the_shape_of_a_real_one() {
        experiments();
        // before there are others of the same two models
        promotions();
        approvals();
        ramps();
        results();
        decisions();
        models();
        inference();

        assertEquals(List.of(), differences);
        assertEquals(documented.answering(), made);
    }

    @Test
    void the_example_of_an_error_has_the_shape_of_a_real_one() {
        Response refused = Service.predict(request().put("features", new JsonArray("[1, 2, 3]")));

        assertEquals(
                List.of(),
                ExampleShape.differences(
                        "400",
                        documented.problem("POST " + Service.PREDICT, 400),
                        Json.decodeValue(refused.asString())));
    }

    @Test
    void each_documented_experiment_can_be_created() {
        List<JsonObject> bodies = documented.bodies("POST " + TESTS + "/create");

        assertTrue(bodies.size() > 1, "a split and a ramp");
        bodies.forEach(body -> created(named(body)));
    }

    private void experiments() {
        JsonObject canary = named(body("POST " + TESTS + "/create"));
        String testId = canary.getString("test_id");
        compare("POST " + TESTS + "/create", Service.createTest(canary));
        compare("GET " + TESTS + "/list", get(TESTS + "/list"));
        compare("GET " + ONE, get(TESTS + "/" + testId));
        await().until(() ->
                !ok(get(about(testId, "history"))).getJsonArray("points").isEmpty());
        compare("GET " + ONE + "/history", get(about(testId, "history")));
        JsonObject asked = body("POST " + Service.PREDICT).put("test_id", testId);
        compare("POST " + Service.PREDICT, Service.predict(asked));
        compare("POST " + Service.PREDICT + "/explain", post(Service.PREDICT + "/explain", asked));
        posted(testId, "/update-split", body("POST " + ONE + "/update-split"));
        compare("GET " + ONE + "/events", get(about(testId, "events")));
        compare(
                "PUT " + ONE + "/guardrails",
                given().contentType("application/json")
                        .body(body("PUT " + ONE + "/guardrails").encode())
                        .put(about(testId, "guardrails")));
        compare(
                "PUT " + ONE + "/symbols",
                given().contentType("application/json")
                        .body(body("PUT " + ONE + "/symbols").encode())
                        .put(about(testId, "symbols")));
        outcomes(testId);
        posted(testId, "/disable");
        posted(testId, "/enable");
        posted(testId, "/flush");
        compare("GET " + ONE + "/verify-split", get(about(testId, "verify-split?hours_back=1")));
    }

    private void outcomes(String testId) {
        String plan = "PUT " + ONE + "/outcome";
        compare(
                plan,
                given().contentType("application/json")
                        .body(body(plan).encode())
                        .put(about(testId, "outcome")));
        compare("GET " + ONE + "/outcome", get(about(testId, "outcome")));
        predicted(request(testId).put("request_id", newId("r")));
        flush(testId);
        compare("GET " + ONE + "/outcomes", get(about(testId, "outcomes")));
        String outcomes = "POST /api/v1/outcomes";
        JsonObject both = body(outcomes);
        both.getJsonArray("outcomes")
                .add(new JsonObject().put("request_id", "r-2").put("value", 1e7));
        compare(outcomes, post("/api/v1/outcomes", both));
    }

    private void ramps() {
        String testId = createdSplit("documented-ramp", "constant_hold", "constant_buy", 0.1);
        posted(testId, "/ramp", body("POST " + ONE + "/ramp"));
        compare("GET " + ONE + "/ramp", get(about(testId, "ramp")));
        await().until(() -> !Overview.of(testId).getJsonObject("states").isEmpty());
        compare("GET /api/v1/overview", Overview.get());
        posted(testId, "/ramp/pause");
        posted(testId, "/ramp/resume");
        posted(testId, "/ramp/abort");
        posted(awaitingApproval(), "/ramp/approve");
    }

    private static String awaitingApproval() {
        String testId = created(explicitTest(newId("documented-approval"), "constant_hold", "constant_buy")
                .put("guardrails", Observed.WIDE)
                .put("ramp", new JsonObject("""
                        {"steps": [0.25, 1.0], "hold_seconds": 0, "minimum_samples": 100, "approval": "approve",
                         "rehearse": false}""")));
        Observed.store(new Observed(testId, test(testId).getLong("generation")).split(0.25, ROWS * 3 / 4, ROWS / 4, 0));
        await().until(() -> Trail.has(testId, "ramp_awaiting_approval"));
        return testId;
    }

    private void promotions() {
        String testId = createdShadow("documented-promotion", "constant_hold", "constant_buy");
        posted(testId, "/promote", body("POST " + ONE + "/promote"));
        compare("GET /api/v1/promotions", get("/api/v1/promotions"));
        compare("DELETE " + ONE + "/promote", delete(about(testId, "promote")));
    }

    private void approvals() {
        String testId = created(explicitTest(newId("documented-approvals"), "constant_sell", "constant_hold")
                .put("mode", "shadow")
                .put("four_eyes", true));
        String approvals = "/api/v1/approvals";
        String one = approvals + "/{approval_id}";
        // the reports of the approvals show it
        predicted(request(testId));
        flush(testId);
        String rejected = promoting(testId);
        compare("GET " + approvals, get(approvals));
        compare("GET " + one, get(approvals + "/" + rejected));
        compare(
                "POST " + one + "/reject",
                byCarol(approvals + "/" + rejected + "/reject", body("POST " + one + "/reject")));
        compare(
                "POST " + one + "/approve",
                byCarol(approvals + "/" + promoting(testId) + "/approve", new JsonObject()));
        // so that the models of other tests stay as they are
        String back = new JsonObject(delete(about(testId, "promote")).asString()).getString("approval_id");
        ok(byCarol(approvals + "/" + back + "/approve", new JsonObject()));
    }

    private static String promoting(String testId) {
        Response asked = post(about(testId, "promote"), new JsonObject().put("override", "a fault of control's"));
        assertEquals(202, asked.statusCode());
        return new JsonObject(asked.asString()).getString("approval_id");
    }

    private static Response byCarol(String path, JsonObject body) {
        return given().contentType("application/json")
                .header("X-Actor", "carol")
                .body(body.encode())
                .post(path);
    }

    private void results() {
        String testId = createdShadow("documented-results", "constant_hold", "constant_buy");
        predicted(request(testId));
        flush(testId);
        for (String call : List.of("/stats", "/report", "/actions", "/disagreements")) {
            compare("GET " + ONE + call, get(TESTS + "/" + testId + call));
        }
    }

    private void decisions() {
        String testId = createdSplit("documented-decision", "constant_hold", "constant_buy", 0.5);
        Observed.store(new Observed(testId, 1).split(0.5, 500, 500, 100));
        await().until(() -> Trail.has(testId, "rolled_back"));
        int event = Trail.event(testId, "rolled_back").getInteger("event_id");
        compare("GET " + ONE + "/events/{event_id}/replay", get(about(testId, "events/" + event + "/replay")));
        String clear = "POST " + ONE + "/guardrails/{guardrail}/clear";
        compare(clear, post(about(testId, "guardrails/error_rate_delta/clear"), body(clear)));
    }

    private void models() {
        compare("GET /api/v1/audit/verify", get("/api/v1/audit/verify"));
        compare("GET /api/v1/identity", get("/api/v1/identity"));
        compare("GET " + MODELS, get(MODELS));
        String dryRun = "POST " + MODELS + "/{name}/dry-run";
        compare(dryRun, post(MODELS + "/bull_specialist/dry-run", body(dryRun)));
        ModelsDirectory.put(RELOADED, "constant_buy", "1");
        compare("POST " + MODELS + "/reload", post(MODELS + "/reload"));
        String reload = Rows.select("select reload_id from ab_model_reloads order by started_at desc limit 1")
                .getFirst();
        compare("GET " + MODELS + "/reloads/{reload_id}", get(MODELS + "/reloads/" + reload));
    }

    private void inference() {
        String one = "/v2/models/{model}";
        String path = "/v2/models/bull_specialist";
        for (String call : List.of("/v2", "/v2/health/live", "/v2/health/ready")) {
            compare("GET " + call, get(call));
        }
        String testId = createdSplit("documented-inference", "bull_specialist", "bull_specialist_v2", 0);
        for (String version : List.of("", "/versions/{version}")) {
            String real = path + version.replace("{version}", "1");
            compare("GET " + one + version, get(real));
            compare("GET " + one + version + "/ready", get(real + "/ready"));
            String infer = "POST " + one + version + "/infer";
            JsonObject request = body(infer);
            request.getJsonObject("parameters").put("test_id", testId);
            compare(infer, post(real + "/infer", request));
        }
    }

    private void posted(String testId, String call) {
        compare("POST " + ONE + call, post(TESTS + "/" + testId + call));
    }

    private void posted(String testId, String call, JsonObject body) {
        compare("POST " + ONE + call, post(TESTS + "/" + testId + call, body));
    }

    private JsonObject body(String call) {
        return documented.bodies(call).getFirst().copy();
    }

    /** The experiment of an example, which applies to nothing but the requests that name it. */
    private static JsonObject named(JsonObject body) {
        return body.copy().put("test_id", newId("documented")).put("explicit", true);
    }

    private void compare(String call, Response answer) {
        made.add(call);
        if (Set.of(200, 201).contains(answer.statusCode())) {
            Object real = Json.decodeValue(answer.asString());
            differences.addAll(ExampleShape.differences(call, documented.answer(call), real));
        } else {
            differences.add(call + ": " + answer.asString());
        }
    }
}
