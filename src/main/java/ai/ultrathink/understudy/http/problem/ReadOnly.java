package ai.ultrathink.understudy.http.problem;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/** Documents outside the API, which are read and not changed. The routes of the framework would answer any method with the document. */
final class ReadOnly {

    /** The value of the Allow header. */
    static final String ALLOWED = "GET, HEAD, OPTIONS";

    private static final Set<String> DOCUMENTS = Set.of("/q/health", "/q/metrics", "/q/openapi", "/q/swagger-ui");
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private ReadOnly() {}

    /** Whether such a document is at a path, or below it. */
    static boolean has(String path) {
        int second = path.indexOf('/', "/q/".length());
        return DOCUMENTS.contains(second < 0 ? path : path.substring(0, second));
    }

    /** Whether a request would change such a document. */
    static boolean isChange(HttpServerRequest request, String path) {
        return has(path) && !METHODS.contains(request.method());
    }
}
