package ai.ultrathink.understudy.http.openapi;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.http.problem.Problem;
import ai.ultrathink.understudy.http.request.Roles;
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
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Completes the OpenAPI document: the errors that follow from what a call takes, and an example of each answer. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class OpenApiCompletion implements OASFilter {

    private static final String JSON = "application/json";
    private static final String APPROVALS = "/api/v1/approvals";
    private static final String BEARER = "bearer";

    private static final List<CallError> ERRORS = List.of(
            new CallError(
                    Call::takesBody, 413, "The body is larger than 256 KiB", "body: got 300000 bytes; allowed: 262144"),
            new CallError(
                    Call::takesBody,
                    415,
                    "The body is not application/json, or its coding is not gzip",
                    "Content-Type: allowed: application/json"),
            new CallError(
                    Call::takesValues,
                    400,
                    "A value is not allowed; the detail names the field",
                    "traffic_split: got 1.5; allowed: a number from 0.0 to 1.0"),
            new CallError(
                    call -> call.path.contains("{test_id}"),
                    404,
                    "There is no such test",
                    "test bull_v3 does not exist; GET /api/v1/ab-test/list …"),
            new CallError(
                    call -> call.path.endsWith("/report"),
                    406,
                    "Neither type is accepted",
                    "Accept: this call answers application/json or text/markdown"),
            new CallError(
                    Call::changesExperiment,
                    409,
                    "The change contradicts what is there",
                    "another enabled test has the same control model; disable it first …"),
            new CallError(
                    call -> call.path.endsWith("/replay"),
                    409,
                    "The event carries no evidence",
                    "event 7 (split_updated) carries no evidence; …"),
            new CallError(
                    call -> call.path.contains("{approval_id}"),
                    404,
                    "There is no such approval",
                    "approval 0b8f…c1 does not exist; GET /api/v1/approvals …"),
            new CallError(
                    call -> call.path.contains("/models/reloads/"),
                    404,
                    "There is no such reload",
                    "reload 7 does not exist; POST /api/v1/models/reload …"),
            new CallError(
                    call -> call.path.endsWith("/dry-run"),
                    404,
                    "There is no such model",
                    "model bull_v3 does not exist; GET /api/v1/models …"),
            new CallError(
                    call -> true,
                    401,
                    "No valid token, where one is asked for",
                    "Authorization: got none; allowed: Bearer and a token with the role operator"),
            new CallError(
                    call -> true,
                    403,
                    "The token has not the role",
                    "ada has the roles viewer; this call needs the role operator"),
            new CallError(
                    call -> true,
                    429,
                    "Too many requests of this caller in this second, where there is a bound",
                    "ada has made 100 requests in this second; allowed: no more"),
            new CallError(
                    Call::asksDatabase,
                    503,
                    "The database is away; predictions continue",
                    "the database is away (…) …"));

    /**
     * An error of all calls of a kind.
     *
     * @param follows whether a call may answer with it
     */
    private record CallError(Predicate<Call> follows, int status, String title, String detail) {}

    private record Call(PathItem.HttpMethod method, String path, Operation operation) {

        boolean takesBody() {
            return operation.getRequestBody() != null;
        }

        boolean takesValues() {
            return takesBody() || operation.getParameters() != null;
        }

        boolean changesExperiment() {
            return switch (method) {
                case DELETE, PUT -> true;
                case POST -> (path.contains("/ab-test/") && !path.endsWith("/flush")) || path.startsWith(APPROVALS);
                default -> false;
            };
        }

        /** The roles of which the call needs one. The annotations of the resources have them, too, and a test compares both. */
        List<String> roles() {
            if (path.startsWith("/api/v1/predict") || path.equals("/api/v1/outcomes")) {
                return List.of(Roles.CALLER);
            }
            if (path.equals("/api/v1/identity")) {
                return List.of(Roles.CALLER, Roles.VIEWER);
            }
            if (path.endsWith("/models/reload") || path.endsWith("/audit/export")) {
                return List.of(Roles.ADMIN);
            }
            if (path.startsWith(APPROVALS) && method == PathItem.HttpMethod.POST) {
                return List.of(Roles.APPROVER);
            }
            if (path.endsWith("/disable") || path.endsWith("/ramp/abort") || path.endsWith("/ramp/approve")) {
                return List.of(Roles.OPERATOR, Roles.APPROVER);
            }
            return List.of(method == PathItem.HttpMethod.GET ? Roles.VIEWER : Roles.OPERATOR);
        }

        boolean asksDatabase() {
            return path.contains("/ab-test/")
                    || path.endsWith("/promotions")
                    || path.endsWith("/outcomes")
                    || path.endsWith("/overview")
                    || path.contains("/reload")
                    || path.contains("/audit/")
                    || path.startsWith(APPROVALS);
        }
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getPaths().getPathItems().forEach(OpenApiCompletion::complete);
        Objects.requireNonNull(document.getComponents().getSchemas().get("AuditEvent"))
                .addProperty("action", action());
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
            Call call = new Call(method, path, operation);
            operation.addExtension("x-roles", call.roles());
            ERRORS.stream().filter(error -> error.follows.test(call)).forEach(error -> add(operation, error));
            OpenApiExamples.of(method, path).ifPresent(example -> show(operation, example));
        });
    }

    /** Adds a response, unless an annotation already has it. */
    private static void add(Operation operation, CallError error) {
        String status = String.valueOf(error.status);
        APIResponse said = operation.getResponses().getAPIResponse(status);
        if (said != null && said.getContent() != null) {
            return;
        }
        var problem = OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem"))
                .example(Map.of("title", error.title, "status", error.status, "detail", error.detail));
        operation
                .getResponses()
                .addAPIResponse(
                        status,
                        OASFactory.createAPIResponse()
                                .description(error.title)
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
