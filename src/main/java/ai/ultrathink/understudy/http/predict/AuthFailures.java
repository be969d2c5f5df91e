package ai.ultrathink.understudy.http.predict;

import io.quarkus.vertx.http.runtime.security.HttpSecurityRecorder.DefaultAuthFailureHandler;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;

/**
 * Spares a prediction what Quarkus does at each request in case that its caller has to be refused later: it builds the tree of all paths of
 * the API, to find the one that metrics will name, and puts a handler of failures in the place of the first one. The tree was a fifth of
 * what a prediction allocated. The handler has no state, so each request gets the one that was made for the first. The path has
 * no parameters and is its own name, and Quarkus finds that of a refused request again.
 */
class AuthFailures {

    /** Of Quarkus' route that does this, after the one that finds out who calls. Routes of one order stand as they were made, and it comes later. */
    private static final int ORDER = -199;

    private volatile @Nullable Object handler;

    void stand(@Observes Router router) {
        router.route().order(ORDER).handler(this::give);
        router.route().order(ORDER + 1).handler(this::keep);
    }

    private void give(RoutingContext context) {
        if (handler != null && PredictionResource.PATH.equals(context.request().path())) {
            context.put(QuarkusHttpUser.AUTH_FAILURE_HANDLER, handler);
        }
        context.next();
    }

    private void keep(RoutingContext context) {
        if (handler == null) {
            Object made = context.get(QuarkusHttpUser.AUTH_FAILURE_HANDLER);
            handler = made instanceof DefaultAuthFailureHandler ? null : made;
        }
        context.next();
    }
}
