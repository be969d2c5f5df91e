package ai.ultrathink.understudy.http.openapi;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.http.problem.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Completes the OpenAPI document: the errors that follow from what a call takes, and an example of each answer. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class OpenApiCompletion implements OASFilter {

    private static final String JSON = "application/json";
    private static final String INFERENCE_ERROR = "InferenceError";
    private static final String BEARER = "bearer";

    private static final List<CallError> ERRORS = List.of(
            new CallError(
                    OpenApiCall::takesBody,
                    413,
                    "The body is larger than 256 KiB",
                    "body: got 300000 bytes; allowed: 262144"),
            new CallError(
                    call -> call.takesBody() && !call.isInference(),
                    415,
                    "The body is not application/json, or its coding is not gzip",
                    "Content-Type: allowed: application/json"),
            new CallError(
                    OpenApiCall::takesValues,
                    400,
                    "A value is not allowed; the detail names the field",
                    "traffic_split: got 1.5; allowed: a number from 0.0 to 1.0"),
            new CallError(
                    call -> call.path().contains("{test_id}"),
                    404,
                    "There is no such test",
                    "test bull_v3 does not exist; GET /api/v1/ab-test/list …"),
            new CallError(
                    call -> call.path().endsWith("/report"),
                    406,
                    "Neither type is accepted",
                    "Accept: this call answers application/json or text/markdown"),
            new CallError(
                    OpenApiCall::changesExperiment,
                    409,
                    "The change contradicts what is there",
                    "another enabled test has the same control model; disable it first …"),
            new CallError(
                    call -> call.path().endsWith("/replay"),
                    409,
                    "The event carries no evidence",
                    "event 7 (split_updated) carries no evidence; …"),
            new CallError(
                    call -> call.path().contains("{approval_id}"),
                    404,
                    "There is no such approval",
                    "approval 0b8f…c1 does not exist; GET /api/v1/approvals …"),
            new CallError(
                    call -> call.path().contains("/models/reloads/"),
                    404,
                    "There is no such reload",
                    "reload 7 does not exist; POST /api/v1/models/reload …"),
            new CallError(
                    call -> call.path().endsWith("/dry-run"),
                    404,
                    "There is no such model",
                    "model bull_v3 does not exist; GET /api/v1/models …"),
            new CallError(
                    OpenApiCall::infers,
                    400,
                    "The body is not a request for the model; the error names the field",
                    "inputs[0].shape: got [1, 3]; allowed: [43] or [n, 43], with n rows from 1 to 64"),
            new CallError(
                    OpenApiCall::infers,
                    415,
                    "The coding of the body is not gzip",
                    "Content-Encoding: got \"br\"; allowed: gzip, or none"),
            new CallError(
                    OpenApiCall::namesInferenceModel,
                    404,
                    "There is no such model, or another version of it is loaded",
                    "model bull_v3 does not exist; those that answer: bull_specialist, …"),
            new CallError(
                    OpenApiCall::infers,
                    503,
                    "Control gave no answer; a treatment's answer is never given in its place",
                    "control gave no answer: …"),
            new CallError(
                    call -> !call.isOpen(),
                    401,
                    "No valid token, where one is asked for",
                    "Authorization: got none; allowed: Bearer and a token with the role operator"),
            new CallError(
                    call -> !call.isOpen(),
                    403,
                    "The token has not the role",
                    "ada has the roles viewer; this call needs the role operator"),
            new CallError(
                    call -> true,
                    429,
                    "Too many requests of this caller in this second, where there is a bound",
                    "ada has made 100 requests in this second; allowed: no more"),
            new CallError(
                    OpenApiCall::asksDatabase,
                    503,
                    "The database is away; predictions continue",
                    "the database is away (…) …"));

    /**
     * An error of all calls of a kind.
     *
     * @param follows whether a call may answer with it
     */
    private record CallError(Predicate<OpenApiCall> follows, int status, String title, String detail) {}

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getPaths().getPathItems().forEach(OpenApiCompletion::complete);
        Objects.requireNonNull(document.getComponents().getSchemas().get("AuditEvent"))
                .addProperty("action", action());
        document.getComponents()
                .addSchema(
                        INFERENCE_ERROR,
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.OBJECT)
                                .description("An error of the Open Inference Protocol")
                                .addRequired("error")
                                .addProperty("error", OASFactory.createSchema().addType(Schema.SchemaType.STRING)));
        document.getComponents()
                .addSecurityScheme(
                        BEARER,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description(
                                        "A token of the tokens file, or an access token of the identity provider"));
        // either of them: a service with UNDERSTUDY_AUTH=none needs no token
        document.addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(BEARER))
                .addSecurityRequirement(OASFactory.createSecurityRequirement());
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

    private static void complete(String path, PathItem item) {
        item.getOperations().forEach((method, operation) -> {
            OpenApiCall call = new OpenApiCall(method, path, operation);
            operation.addExtension("x-roles", call.roles());
            ERRORS.stream().filter(error -> error.follows.test(call)).forEach(error -> add(call, error));
            OpenApiExamples.of(method, path).ifPresent(example -> show(operation, example));
        });
    }

    /** Adds a response, unless an annotation already has it. */
    private static void add(OpenApiCall call, CallError error) {
        Operation operation = call.operation();
        String status = String.valueOf(error.status);
        APIResponse said = operation.getResponses().getAPIResponse(status);
        if (said != null && said.getContent() != null) {
            return;
        }
        Content body = call.isInference()
                ? body(JSON, INFERENCE_ERROR, Map.of("error", error.detail))
                : body(
                        Problem.MEDIA_TYPE,
                        "Problem",
                        Map.of("title", error.title, "status", error.status, "detail", error.detail));
        operation
                .getResponses()
                .addAPIResponse(
                        status,
                        OASFactory.createAPIResponse().description(error.title).content(body));
    }

    private static Content body(String mediaType, String schema, Object example) {
        return OASFactory.createContent()
                .addMediaType(
                        mediaType,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().ref("#/components/schemas/" + schema))
                                .example(example));
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
