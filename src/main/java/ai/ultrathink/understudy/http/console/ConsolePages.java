package ai.ultrathink.understudy.http.console;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;

/**
 * Leads browsers to the console, whose files Quarkus serves. They hold no data: all of it comes from the API, with the
 * caller's own credential. The policy keeps them from running, loading or sending anything but this service's own, also where a
 * name or a description is hostile.
 */
class ConsolePages {

    private static final String HOME = "/console/";

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
                    + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    void stand(@Observes Router router) {
        router.route(HttpMethod.GET, "/").order(0).handler(ConsolePages::lead);
        router.route(HttpMethod.GET, "/console").order(0).handler(ConsolePages::lead);
        router.route("/console/*").order(0).handler(ConsolePages::protect);
        router.route("/_static/*").order(0).handler(ConsolePages::protect);
    }

    private static void lead(RoutingContext context) {
        // a route of this path also takes what follows a slash
        if (context.normalizedPath().equals(HOME)) {
            context.next();
            return;
        }
        context.response()
                .setStatusCode(302)
                .putHeader(HttpHeaders.LOCATION, HOME)
                .end();
    }

    private static void protect(RoutingContext context) {
        HttpServerResponse response = context.response();
        // in the place of the policy for answers that are no page
        response.putHeader("Content-Security-Policy", POLICY);
        if (context.normalizedPath().startsWith(HOME)) {
            // a release replaces all of them at once
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        }
        context.next();
    }
}
