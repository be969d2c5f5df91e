package ai.ultrathink.understudy.http.request;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;

/**
 * Answers GET /q/metrics in Prometheus' text format, which all tools read, unless OpenMetrics is asked for. The framework would
 * answer in OpenMetrics where any type is accepted, and promtool does not read that.
 */
class MetricsFormat {

    private static final String PATH = "/q/metrics";
    private static final String TEXT = "text/plain";

    void stand(@Observes Router router) {
        router.get(PATH).order(Integer.MIN_VALUE + 1).handler(MetricsFormat::prefer);
    }

    private static void prefer(RoutingContext context) {
        @Nullable String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (accept == null || !accept.contains("openmetrics")) {
            context.request().headers().set(HttpHeaders.ACCEPT, TEXT);
        }
        context.next();
    }
}
