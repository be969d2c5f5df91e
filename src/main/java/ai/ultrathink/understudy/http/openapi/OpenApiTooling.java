package ai.ultrathink.understudy.http.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.tags.Tag;

/**
 * Completes the OpenAPI document for tools that generate code from it: a name for each operation, which stays, one server, the tags
 * in an order, defaults of the parameters' type, and steps of ramps as they are.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class OpenApiTooling implements OASFilter {

    private static final String TESTS = "/api/v1/ab-test/";
    private static final String MODEL = "/v2/models/{model}";
    private static final String ONE = TESTS + "{test_id}";
    private static final List<String> TAGS = List.of(
            "Prediction",
            "Inference",
            "Tests",
            "Results",
            "Guardrails",
            "Ramps",
            "Approvals",
            "Outcomes",
            "Models",
            "Audit");

    /** Generated clients have methods of these names. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("POST /api/v1/predict", "predict"),
            Map.entry("POST /api/v1/predict/explain", "explain"),
            Map.entry("POST " + TESTS + "create", "createTest"),
            Map.entry("GET " + TESTS + "list", "listTests"),
            Map.entry("GET " + ONE, "getTest"),
            Map.entry("DELETE " + ONE, "deleteTest"),
            Map.entry("POST " + ONE + "/update-split", "updateTrafficSplit"),
            Map.entry("PUT " + ONE + "/symbols", "updateSymbols"),
            Map.entry("POST " + ONE + "/disable", "disableTest"),
            Map.entry("POST " + ONE + "/enable", "enableTest"),
            Map.entry("POST " + ONE + "/flush", "flush"),
            Map.entry("GET " + ONE + "/stats", "getTestStats"),
            Map.entry("GET " + ONE + "/actions", "getActionDistribution"),
            Map.entry("GET " + ONE + "/disagreements", "getDisagreements"),
            Map.entry("GET " + ONE + "/verify-split", "verifyTrafficSplit"),
            Map.entry("GET " + ONE + "/report", "getReport"),
            Map.entry("GET " + ONE + "/history", "getHistory"),
            Map.entry("POST " + ONE + "/promote", "promote"),
            Map.entry("DELETE " + ONE + "/promote", "revertPromotion"),
            Map.entry("GET /api/v1/overview", "getOverview"),
            Map.entry("GET /api/v1/overview/changes", "followChanges"),
            Map.entry("GET /api/v1/promotions", "listPromotions"),
            Map.entry("GET " + ONE + "/events", "getEvents"),
            Map.entry("GET " + ONE + "/events/{event_id}/replay", "replay"),
            Map.entry("POST /api/v1/outcomes", "reportOutcomes"),
            Map.entry("GET " + ONE + "/outcomes", "getOutcomes"),
            Map.entry("GET " + ONE + "/outcome", "getOutcomePlan"),
            Map.entry("PUT " + ONE + "/outcome", "updateOutcomePlan"),
            Map.entry("PUT " + ONE + "/guardrails", "updateGuardrails"),
            Map.entry("POST " + ONE + "/guardrails/{guardrail}/clear", "clearGuardrail"),
            Map.entry("GET /api/v1/approvals", "listApprovals"),
            Map.entry("GET /api/v1/approvals/{approval_id}", "getApproval"),
            Map.entry("POST /api/v1/approvals/{approval_id}/approve", "approve"),
            Map.entry("POST /api/v1/approvals/{approval_id}/reject", "reject"),
            Map.entry("POST " + ONE + "/ramp", "startRamp"),
            Map.entry("GET " + ONE + "/ramp", "getRamp"),
            Map.entry("POST " + ONE + "/ramp/pause", "pauseRamp"),
            Map.entry("POST " + ONE + "/ramp/resume", "resumeRamp"),
            Map.entry("POST " + ONE + "/ramp/approve", "approveRamp"),
            Map.entry("POST " + ONE + "/ramp/abort", "abortRamp"),
            Map.entry("GET /api/v1/audit/verify", "verifyAudit"),
            Map.entry("GET /api/v1/audit/export", "exportAudit"),
            Map.entry("GET /api/v1/identity", "getIdentity"),
            Map.entry("GET /api/v1/models", "listModels"),
            Map.entry("POST /api/v1/models/reload", "reloadModels"),
            Map.entry("POST /api/v1/models/{name}/dry-run", "dryRun"),
            Map.entry("GET /api/v1/models/reloads/{reload_id}", "getReload"),
            Map.entry("GET /v2", "getServer"),
            Map.entry("GET /v2/health/live", "isServerLive"),
            Map.entry("GET /v2/health/ready", "isServerReady"),
            Map.entry("GET " + MODEL, "getModel"),
            Map.entry("GET " + MODEL + "/versions/{version}", "getModelVersion"),
            Map.entry("GET " + MODEL + "/ready", "isModelReady"),
            Map.entry("GET " + MODEL + "/versions/{version}/ready", "isModelVersionReady"),
            Map.entry("POST " + MODEL + "/infer", "infer"),
            Map.entry("POST " + MODEL + "/versions/{version}/infer", "inferVersion"));

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getPaths()
                .getPathItems()
                .forEach((path, item) ->
                        item.getOperations().forEach((method, operation) -> complete(method, path, operation)));
        document.setServers(List.of(OASFactory.createServer().url("/").description("where the document comes from")));
        document.setTags(document.getTags().stream().sorted(inOrder()).toList());
        ramps(document.getComponents().getSchemas());
        document.getComponents().getSchemas().values().forEach(OpenApiTooling::references);
        // the format says it all, and Python that is generated from a pattern beside it does not run
        named(document.getComponents().getSchemas(), "UUID").setPattern(null);
    }

    /** Tags that are not in the list come last. */
    private static Comparator<Tag> inOrder() {
        return Comparator.comparingInt(tag -> TAGS.contains(tag.getName()) ? TAGS.indexOf(tag.getName()) : TAGS.size());
    }

    private static void complete(HttpMethod method, String path, Operation operation) {
        if (operation.getOperationId() == null) {
            String call = method + " " + path;
            operation.setOperationId(Objects.requireNonNull(NAMES.get(call), call));
        }
        if (operation.getParameters() != null) {
            operation.getParameters().stream()
                    .map(Parameter::getSchema)
                    .filter(Objects::nonNull)
                    .forEach(OpenApiTooling::typeDefault);
        }
    }

    /** A type beside a reference makes generated code forget the reference. */
    private static void references(Schema schema) {
        if (schema.getProperties() != null) {
            schema.getProperties().values().stream()
                    .filter(property -> property.getRef() != null)
                    .forEach(property -> property.setType(null));
        }
    }

    /** JAX-RS has defaults as text only. */
    private static void typeDefault(Schema schema) {
        if (schema.getDefaultValue() instanceof String text
                && schema.getType() != null
                && schema.getType().contains(Schema.SchemaType.INTEGER)) {
            schema.setDefaultValue(Integer.valueOf(text));
        }
    }

    /**
     * The annotation's alternatives of a step are dropped, because its class has fields. And a plan without a minimum time of the
     * shadow stage shows null.
     */
    private static void ramps(Map<String, Schema> schemas) {
        Map<String, Schema> plan = named(schemas, "RampPlan").getProperties();
        named(plan, "rehearse_seconds").addType(Schema.SchemaType.NULL);
        Schema step = named(schemas, "RampStep");
        step.setProperties(null);
        step.setType(null);
        step.setOneOf(List.of(
                OASFactory.createSchema().addType(Schema.SchemaType.NUMBER).format("double"),
                OASFactory.createSchema().ref("#/components/schemas/RampStepWithHold")));
    }

    private static Schema named(Map<String, Schema> schemas, String name) {
        return Objects.requireNonNull(schemas.get(name), name);
    }
}
