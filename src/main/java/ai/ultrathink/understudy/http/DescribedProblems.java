package ai.ultrathink.understudy.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Adds the problem documents that a call may answer with to its description, so that no resource has to repeat them. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class DescribedProblems implements OASFilter {

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations()
                        .forEach((method, operation) -> problems(path, method, operation)
                                .forEach((status, description) -> describe(operation, status, description))));
    }

    private static Map<String, String> problems(String path, HttpMethod method, Operation operation) {
        Map<String, String> problems = new TreeMap<>();
        boolean body = operation.getRequestBody() != null;
        boolean test = path.contains("{test_id}");
        if (body || hasQuery(operation)) {
            problems.put("400", "A value is not allowed; the detail names the field");
        }
        if (test || path.contains("/predict")) {
            problems.put("404", "There is no test of that id");
        }
        if (method == HttpMethod.POST && path.matches(".*/(create|update-split|enable|disable|promote)")) {
            problems.put(
                    "409", "The test, another test or its model does not allow it; the detail says what to do first");
        }
        if (body) {
            problems.put("413", "The body is larger than 256 KiB");
            problems.put("415", "The body is not application/json");
        }
        if (!path.contains("/models")) {
            problems.put("503", "Not now: the detail says what is missing, Retry-After when to try again");
        }
        return problems;
    }

    private static boolean hasQuery(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> "query".equals(String.valueOf(parameter.getIn())));
    }

    private static void describe(Operation operation, String status, String description) {
        APIResponse described = operation.getResponses().getAPIResponse(status);
        if (described != null && described.getContent() != null) {
            return;
        }
        operation
                .getResponses()
                .addAPIResponse(
                        status,
                        OASFactory.createAPIResponse()
                                .description(description)
                                .content(OASFactory.createContent()
                                        .addMediaType(
                                                Problem.MEDIA_TYPE,
                                                OASFactory.createMediaType()
                                                        .schema(OASFactory.createSchema()
                                                                .ref("#/components/schemas/Problem")))));
    }
}
