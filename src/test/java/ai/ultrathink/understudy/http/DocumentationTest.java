package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.ok;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.change.AuditAction;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class DocumentationTest {

    @ParameterizedTest
    @CsvSource({
        "post, /api/v1/predict, 200, 400 404 413 415 503",
        "post, /api/v1/ab-test/create, 201, 400 409 413 415 503",
        "get, /api/v1/ab-test/list, 200, 400 503",
        "get, /api/v1/ab-test/{test_id}, 200, 404 503",
        "delete, /api/v1/ab-test/{test_id}, 204, 404 503",
        "get, /api/v1/ab-test/{test_id}/stats, 200, 400 404 503",
        "get, /api/v1/ab-test/{test_id}/report, 200, 400 404 406 503",
        "get, /api/v1/ab-test/{test_id}/actions, 200, 400 404 503",
        "get, /api/v1/ab-test/{test_id}/disagreements, 200, 400 404 503",
        "get, /api/v1/ab-test/{test_id}/verify-split, 200, 400 404 503",
        "post, /api/v1/ab-test/{test_id}/update-split, 200, 400 404 409 415 503",
        "post, /api/v1/ab-test/{test_id}/disable, 200, 404 409 503",
        "post, /api/v1/ab-test/{test_id}/enable, 200, 404 409 503",
        "post, /api/v1/ab-test/{test_id}/flush, 200, 404 503",
        "post, /api/v1/ab-test/{test_id}/promote, 200, 400 404 409 413 415 503",
        "delete, /api/v1/ab-test/{test_id}/promote, 200, 404 409 503",
        "get, /api/v1/ab-test/{test_id}/history, 200, 400 404 503",
        "get, /api/v1/overview, 200, 503",
        "get, /api/v1/promotions, 200, 503",
        "get, /api/v1/ab-test/{test_id}/events, 200, 400 404 503",
        "put, /api/v1/ab-test/{test_id}/guardrails, 200, 400 404 409 413 415 503",
        "get, /api/v1/ab-test/{test_id}/outcomes, 200, 400 404 503",
        "get, /api/v1/ab-test/{test_id}/outcome, 200, 404 503",
        "put, /api/v1/ab-test/{test_id}/outcome, 200, 400 404 409 413 415 503",
        "post, /api/v1/outcomes, 200, 400 413 415 503",
        "post, /api/v1/ab-test/{test_id}/guardrails/{guardrail}/clear, 200, 400 404 409 413 415 503",
        "get, /api/v1/ab-test/{test_id}/events/{event_id}/replay, 200, 404 409 503",
        "post, /api/v1/ab-test/{test_id}/ramp, 201, 400 404 409 413 415 503",
        "get, /api/v1/ab-test/{test_id}/ramp, 200, 404 503",
        "post, /api/v1/ab-test/{test_id}/ramp/pause, 200, 404 409 503",
        "post, /api/v1/ab-test/{test_id}/ramp/resume, 200, 404 409 503",
        "post, /api/v1/ab-test/{test_id}/ramp/approve, 200, 404 409 503",
        "post, /api/v1/ab-test/{test_id}/ramp/abort, 200, 404 409 503",
        "get, /api/v1/models, 200, ''",
        "post, /api/v1/models/reload, 200, 503",
        "post, /api/v1/models/{name}/dry-run, 200, 400 404 413 415 503",
        "get, /api/v1/models/reloads/{reload_id}, 200, 404 503",
        "get, /v2, 200, 401 403",
        "get, /v2/health/live, 200, 503",
        "get, /v2/health/ready, 200, 503",
        "get, /v2/models/{model}, 200, 401 403 404",
        "get, /v2/models/{model}/ready, 200, 404 503",
        "post, /v2/models/{model}/infer, 200, 400 404 413 415 503",
        "post, /v2/models/{model}/versions/{version}/infer, 200, 400 404 413 415 503",
    })
    void each_call_of_the_contract_is_described_with_its_answer_and_its_errors(
            String method, String path, String success, String errors) {
        JsonObject call = openApi().getJsonObject("paths").getJsonObject(path);
        assertNotNull(call, path);
        JsonObject operation = call.getJsonObject(method);
        assertNotNull(operation, method + " " + path);
        assertFalse(operation.getString("summary", "").isBlank(), "summary");
        Set<String> described = operation.getJsonObject("responses").fieldNames();
        assertTrue(described.contains(success), () -> success + " not in " + described);
        if (!errors.isEmpty()) {
            List<String> expected = List.of(errors.split(" "));
            assertTrue(described.containsAll(expected), () -> expected + " not all in " + described);
            expected.forEach(error -> assertTrue(
                    operation
                            .getJsonObject("responses")
                            .getJsonObject(error)
                            .getJsonObject("content", new JsonObject())
                            .containsKey(path.startsWith("/v2") ? "application/json" : "application/problem+json"),
                    () -> error + " is no problem document"));
        }
    }

    @Test
    void every_described_path_belongs_to_the_contract() {
        openApi()
                .getJsonObject("paths")
                .fieldNames()
                .forEach(path -> assertTrue(path.matches("/api/v1/.*|/v2(/.*)?"), path));
    }

    @Test
    void a_prediction_is_described_with_an_example_of_request_answer_and_error() {
        JsonObject predict = openApi()
                .getJsonObject("paths")
                .getJsonObject("/api/v1/predict")
                .getJsonObject("post");

        assertExample(predict.getJsonObject("requestBody"), "application/json");
        assertExample(predict.getJsonObject("responses").getJsonObject("200"), "application/json");
        assertExample(predict.getJsonObject("responses").getJsonObject("400"), "application/problem+json");
    }

    @Test
    void a_token_is_described_and_may_be_left_out_where_none_is_needed() {
        assertEquals(
                new JsonObject().put("type", "http").put("scheme", "bearer"),
                without(
                        openApi()
                                .getJsonObject("components")
                                .getJsonObject("securitySchemes")
                                .getJsonObject("bearer"),
                        "description"));
        assertEquals(
                new JsonArray()
                        .add(new JsonObject().put("bearer", new JsonArray()))
                        .add(new JsonObject()),
                openApi().getJsonArray("security"));
    }

    private static JsonObject without(JsonObject object, String name) {
        object.remove(name);
        return object;
    }

    @Test
    void the_audit_trail_is_described_with_every_action() {
        JsonObject action = openApi()
                .getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject("AuditEvent")
                .getJsonObject("properties")
                .getJsonObject("action");

        assertEquals(
                Arrays.stream(AuditAction.values()).map(AuditAction::wireName).toList(),
                action.getJsonArray("x-extensible-enum").getList());
        for (AuditAction known : AuditAction.values()) {
            assertTrue(
                    action.getString("description").contains("`" + known.wireName() + "`: " + known.meaning()),
                    () -> known + " is missing in: " + action);
        }
    }

    /** Clients that are generated from the document have classes of these names. */
    @Test
    void the_names_of_the_schemas_stay_as_they_are() {
        assertEquals(
                Set.of(
                        ("ActionTable Approval Arm AuditEvent AuditVerification Changes ClearGuardrail Comparison CreateTest DisableTest Disagreement DisagreementPage DryRun DryRunInput DryRunOutput DryRunRequest Explanation Figure Guardrail GuardrailFinding GuardrailPoint Guardrails History HistoryPoint Identity InferenceAnswer InferenceError InferenceInput InferenceLive InferenceModel InferenceModelReady InferenceOutput InferenceReady InferenceRequest InferenceRequestedOutput InferenceServer InferenceTensorMetadata Instant LastEvent Metrics Model ModelOnReplica Outcome OutcomeCurve OutcomePlan OutcomePoint OutcomeSummary Outcomes "
                                        + "PredictionAnswer PredictionMetadata PredictionPlacement PredictionRequest Problem PromoteTest Promotion Ramp RampOverview RampPlan RampStep RampStepWithHold RejectApproval RejectedOutcome Reload ReloadReplica Replay ReplicasInStep Report ShownPhase SplitCheck SplitUpdated TakenOutcomes Test TestOverview TestStatistics TestStatus UUID UpdateSplit UpdateSymbols")
                                .split(" ")),
                openApi().getJsonObject("components").getJsonObject("schemas").fieldNames());
    }

    /** They are the names of the methods of generated clients. */
    @Test
    void each_call_has_a_name_of_its_own() {
        List<String> names = new ArrayList<>();
        JsonObject paths = openApi().getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            paths.getJsonObject(path).forEach(call -> {
                if (call.getValue() instanceof JsonObject operation && operation.containsKey("responses")) {
                    names.add(String.valueOf(operation.getString("operationId")));
                }
            });
        }

        assertEquals(names.size(), Set.copyOf(names).size(), names::toString);
        assertTrue(names.stream().allMatch(name -> name.matches("[a-z][A-Za-z]+")), names::toString);
        assertTrue(names.containsAll(List.of("predict", "createTest", "getTestStats", "promote", "reloadModels")));
    }

    @Test
    void a_schema_says_which_values_are_always_there_and_which_may_be_null() {
        JsonObject schemas = openApi().getJsonObject("components").getJsonObject("schemas");
        JsonObject test = schemas.getJsonObject("Test");
        JsonObject values = test.getJsonObject("properties");

        assertEquals(
                Set.of("deleted_at", "problem"),
                values.fieldNames().stream()
                        .filter(name -> !test.getJsonArray("required").contains(name))
                        .collect(Collectors.toSet()));
        assertEquals("string", values.getJsonObject("test_id").getValue("type"));
        assertEquals(
                Set.of("string", "null"),
                values.getJsonObject("control_version").getJsonArray("type").stream()
                        .map(String::valueOf)
                        .collect(Collectors.toSet()));
        assertEquals(
                new JsonArray("[{\"$ref\": \"#/components/schemas/Promotion\"}, {\"type\": \"null\"}]"),
                values.getJsonObject("promotion").getJsonArray("anyOf"));
        assertEquals(
                new JsonArray("[\"test_id\", \"control_model\", \"treatment_model\"]"),
                schemas.getJsonObject("CreateTest").getJsonArray("required"));
    }

    @Test
    void a_default_has_the_type_of_its_parameter() {
        JsonObject hours = openApi()
                .getJsonObject("paths")
                .getJsonObject("/api/v1/ab-test/{test_id}/stats")
                .getJsonObject("get")
                .getJsonArray("parameters")
                .stream()
                .map(JsonObject.class::cast)
                .filter(parameter -> parameter.getString("name").equals("hours_back"))
                .findFirst()
                .orElseThrow();

        assertEquals(24, hours.getJsonObject("schema").getValue("default"));
    }

    @Test
    void a_step_of_a_ramp_is_described_as_a_number_or_an_object() {
        JsonObject step =
                openApi().getJsonObject("components").getJsonObject("schemas").getJsonObject("RampStep");

        assertEquals(
                new JsonArray("[{\"type\": \"number\", \"format\": \"double\"},"
                        + " {\"$ref\": \"#/components/schemas/RampStepWithHold\"}]"),
                step.getJsonArray("oneOf"));
        assertFalse(step.containsKey("properties"));
    }

    @Test
    void stored_json_is_described_as_an_object() {
        JsonObject schemas = openApi().getJsonObject("components").getJsonObject("schemas");

        Map.of("AuditEvent", List.of("from", "to", "evidence"), "Replay", List.of("recorded", "recomputed"))
                .forEach((schema, fields) -> fields.forEach(field -> assertTrue(
                        String.valueOf(schemas.getJsonObject(schema)
                                        .getJsonObject("properties")
                                        .getJsonObject(field)
                                        .getValue("type"))
                                .contains("object"),
                        () -> schema + "." + field + " in " + schemas.getJsonObject(schema))));
    }

    /** Generated clients send it with a call that answers with nothing. */
    @Test
    void a_call_is_served_that_accepts_problem_documents_alone() {
        var answer = given().accept("application/problem+json").get("/api/v1/models");

        assertEquals(200, answer.statusCode(), answer::asString);
    }

    @Test
    void a_reference_has_no_type_beside_it_and_a_time_stands_in_its_place() {
        JsonObject schemas = openApi().getJsonObject("components").getJsonObject("schemas");

        assertFalse(schemas.getJsonObject("Guardrails")
                .getJsonObject("properties")
                .getJsonObject("agreement")
                .containsKey("type"));
        assertEquals(
                "date-time",
                schemas.getJsonObject("Model")
                        .getJsonObject("properties")
                        .getJsonObject("loaded_at")
                        .getString("format"));
    }

    @Test
    void swagger_ui_is_served() {
        var page = get("/q/swagger-ui/");

        assertEquals(200, page.statusCode());
        assertTrue(page.contentType().startsWith("text/html"));
    }

    @Test
    void metrics_are_served_for_prometheus() {
        Service.predicted(Service.request());

        String metrics = get("/q/metrics").asString();

        assertTrue(metrics.contains("# TYPE understudy_"), metrics);
    }

    private static JsonObject openApi() {
        return ok(given().accept("application/json").get("/q/openapi?format=json"));
    }

    private static void assertExample(JsonObject described, String type) {
        assertFalse(described
                .getJsonObject("content")
                .getJsonObject(type)
                .getJsonObject("examples")
                .isEmpty());
    }
}
