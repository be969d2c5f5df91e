package ai.ultrathink.understudy.http.request;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;

/**
 * Serves a request that accepts only problem documents: generated clients send that where a call answers with nothing else, such as
 * a deletion.
 */
class AcceptedProblems {

    private static final String PROBLEM = "application/problem+json";

    void stand(@Observes Router router) {
        router.route("/api/*").order(Integer.MIN_VALUE + 1).handler(AcceptedProblems::widen);
    }

    private static void widen(RoutingContext context) {
        @Nullable String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.contains(PROBLEM)) {
            context.request().headers().set(HttpHeaders.ACCEPT, accept + ", application/json;q=0.5");
        }
        context.next();
    }
}
