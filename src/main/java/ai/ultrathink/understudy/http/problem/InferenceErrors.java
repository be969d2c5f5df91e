package ai.ultrathink.understudy.http.problem;

import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/** The form of errors where the Open Inference Protocol is spoken: {@code {"error": "…"}} instead of a problem document. */
final class InferenceErrors {

    private static final String ROOT = "/v2";

    private InferenceErrors() {}

    /** Whether a request is of the protocol's REST form. Its path may be one that cannot be decoded. */
    static boolean concern(HttpServerRequest request) {
        String path = request.path();
        return path != null && concern(path);
    }

    /** Whether the protocol's REST form is spoken at a path. */
    static boolean concern(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    /** The body of an error. */
    static Map<String, String> body(String detail) {
        return Map.of("error", detail);
    }
}
