package ai.ultrathink.understudy.http.problem;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Headers by which browsers protect their users; every answer to a well-formed request has them. */
final class SecurityHeaders {

    private static final CharSequence TYPE_OPTIONS = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence FRAME_OPTIONS = HttpHeaders.createOptimized("x-frame-options");
    private static final CharSequence REFERRER = HttpHeaders.createOptimized("referrer-policy");
    private static final CharSequence CONTENT = HttpHeaders.createOptimized("content-security-policy");
    private static final CharSequence TRANSPORT = HttpHeaders.createOptimized("strict-transport-security");

    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence DENY = HttpHeaders.createOptimized("DENY");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence A_YEAR = HttpHeaders.createOptimized("max-age=31536000");

    /** An answer of the API is no page. */
    private static final CharSequence NO_PAGE =
            HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");

    /** Swagger UI has scripts and styles in its page. */
    private static final CharSequence PAGE = HttpHeaders.createOptimized(
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                    + " frame-ancestors 'none'");

    private SecurityHeaders() {}

    /** Adds them to the answer to a request. */
    static void add(HttpServerRequest request) {
        MultiMap headers = request.response().headers();
        boolean page = request.uri().startsWith("/q/swagger-ui");
        headers.set(TYPE_OPTIONS, NO_SNIFF)
                .set(FRAME_OPTIONS, DENY)
                .set(REFERRER, NO_REFERRER)
                .set(CONTENT, page ? PAGE : NO_PAGE);
        if (!page) {
            headers.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
        }
        if (request.isSSL()) {
            headers.set(TRANSPORT, A_YEAR);
        }
    }
}
