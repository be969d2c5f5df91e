package ai.ultrathink.understudy.http.request;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** The cookie by which a browser shows that its user has logged in for the console. */
public final class SessionCookie {

    /** The name that Quarkus gives it, from that of the tenant; a long one comes in parts, with a number after the name. */
    public static final String NAME = "q_session_console";

    private SessionCookie() {}

    /** Whether a request says by this cookie who calls. An Authorization header counts before it. */
    public static boolean decides(HttpServerRequest request) {
        return !request.headers().contains(HttpHeaders.AUTHORIZATION) && isIn(request);
    }

    /** Whether a request has the cookie, or any other whose header has the name in it. */
    public static boolean isIn(HttpServerRequest request) {
        for (String header : request.headers().getAll(HttpHeaders.COOKIE)) {
            if (header.contains(NAME)) {
                return true;
            }
        }
        return false;
    }
}
