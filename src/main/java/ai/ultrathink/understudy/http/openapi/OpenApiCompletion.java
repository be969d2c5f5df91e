package ai.ultrathink.understudy.http.openapi;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.http.problem.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Completes the OpenAPI document: the errors that follow from what a call takes, and an example of each answer. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class OpenApiCompletion implements OASFilter {

    private static final String JSON = "application/json";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getPaths().getPathItems().forEach(OpenApiCompletion::complete);
        document.getComponents().getSchemas().forEach((name, schema) -> {
            if (name.equals("AuditEvent")) {
                schema.addProperty("from", object("the test before, null at its creation"));
                schema.addProperty("to", object("the test after"));
                schema.addProperty(
                        "evidence", object("all that an automatic decision rested on; null where there was none"));
                schema.addProperty("action", action());
            } else if (name.equals("Replay")) {
                schema.addProperty("recorded", object("the evaluation that the decision rested on"));
                schema.addProperty("recomputed", object("the evaluation of the same evidence now"));
            }
        });
    }

    /** Not a closed enumeration: a later release may have more. */
    private static Schema action() {
        List<String> names =
                Arrays.stream(AuditAction.values()).map(AuditAction::wireName).toList();
        String meanings = Arrays.stream(AuditAction.values())
                .map(action -> "- `" + action.wireName() + "`: " + action.meaning())
                .collect(Collectors.joining("\n"));
        return OASFactory.createSchema()
                .addType(Schema.SchemaType.STRING)
                .description("What was done. Later releases may have further actions.\n\n" + meanings)
                .extensions(Map.of("x-extensible-enum", names));
    }

    private static Schema object(String description) {
        return OASFactory.createSchema().addType(Schema.SchemaType.OBJECT).description(description);
    }

    private static void complete(String path, PathItem item) {
        item.getOperations().forEach((method, operation) -> {
            boolean changes = method == PathItem.HttpMethod.DELETE
                    || method == PathItem.HttpMethod.PUT
                    || (method == PathItem.HttpMethod.POST && path.contains("/ab-test/") && !path.endsWith("/flush"));
            if (operation.getRequestBody() != null) {
                add(operation, 413, "The body is larger than 256 KiB", "body: got 300000 bytes; allowed: 262144");
                add(
                        operation,
                        415,
                        "The body is not application/json, or its coding is not gzip",
                        "Content-Type: allowed: application/json");
            }
            if (operation.getRequestBody() != null || operation.getParameters() != null) {
                add(
                        operation,
                        400,
                        "A value is not allowed; the detail names the field",
                        "traffic_split: got 1.5; allowed: a number from 0.0 to 1.0");
            }
            if (path.contains("{test_id}")) {
                add(operation, 404, "There is no such test", "test bull_v3 does not exist; GET /api/v1/ab-test/list …");
            }
            if (path.endsWith("/report")) {
                add(
                        operation,
                        406,
                        "Neither type is accepted",
                        "Accept: this call answers application/json or text/markdown");
            }
            if (changes) {
                add(
                        operation,
                        409,
                        "The change contradicts what is there",
                        "another enabled test has the same control model; disable it first …");
            }
            if (path.endsWith("/replay")) {
                add(operation, 409, "The event carries no evidence", "event 7 (split_updated) carries no evidence; …");
            }
            if (path.contains("/models/reloads/")) {
                add(operation, 404, "There is no such reload", "reload 7 does not exist; POST /api/v1/models/reload …");
            }
            if (path.contains("/ab-test/") || path.endsWith("/promotions") || path.contains("/reload")) {
                add(operation, 503, "The database is away; predictions continue", "the database is away (…) …");
            }
            OpenApiExamples.of(method, path).ifPresent(example -> show(operation, example));
        });
    }

    /** Adds a response, unless an annotation already has it. */
    private static void add(Operation operation, int status, String description, String detail) {
        APIResponse said = operation.getResponses().getAPIResponse(String.valueOf(status));
        if (said != null && said.getContent() != null) {
            return;
        }
        var problem = OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem"))
                .example(Map.of("title", description, "status", status, "detail", detail));
        operation
                .getResponses()
                .addAPIResponse(
                        String.valueOf(status),
                        OASFactory.createAPIResponse()
                                .description(description)
                                .content(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, problem)));
    }

    private static void show(Operation operation, Object example) {
        for (String status : List.of("200", "201")) {
            APIResponse response = operation.getResponses().getAPIResponse(status);
            if (response != null && response.getContent() != null) {
                response.getContent().getMediaType(JSON).setExample(example);
            }
        }
    }
}
