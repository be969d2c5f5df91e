package ai.ultrathink.understudy.http.openapi;

import ai.ultrathink.understudy.http.request.Roles;
import java.util.List;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;

/** A call of the OpenAPI document, and what follows from its path and method. */
record OpenApiCall(PathItem.HttpMethod method, String path, Operation operation) {

    private static final String APPROVALS = "/api/v1/approvals";
    private static final String HEALTH = "/v2/health/";
    private static final String MODEL = "/v2/models/{model}";

    boolean takesBody() {
        return operation.getRequestBody() != null;
    }

    boolean takesValues() {
        return !isInference() && (takesBody() || operation.getParameters() != null);
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
        if (isOpen()) {
            return List.of();
        }
        if (infers()) {
            return List.of(Roles.CALLER);
        }
        if (path.equals("/api/v1/identity") || isInference()) {
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

    /** Whether it is of the Open Inference Protocol, whose errors have a form of their own. */
    boolean isInference() {
        return path.startsWith("/v2");
    }

    boolean infers() {
        return isInference() && path.endsWith("/infer");
    }

    boolean namesInferenceModel() {
        return path.startsWith(MODEL);
    }

    /** Whether it needs no role. */
    boolean isOpen() {
        return path.startsWith(HEALTH);
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
