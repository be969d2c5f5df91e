package ai.ultrathink.understudy.http.request;

import ai.ultrathink.understudy.trace.Tracing;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;

/**
 * Answers GET /q/metrics in Prometheus' text format, which all tools read. In OpenMetrics it answers who asks for nothing else, and,
 * while there are traces, all who accept it, as Prometheus does: exemplars stand in no other format. The framework would answer in
 * OpenMetrics where any type is accepted, which promtool does not read, and never where it is one of several.
 */
class MetricsFormat {

    private static final String PATH = "/q/metrics";
    private static final String TEXT = "text/plain";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final Tracing tracing;

    MetricsFormat(Tracing tracing) {
        this.tracing = tracing;
    }

    void stand(@Observes Router router) {
        router.route(PATH)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .order(Integer.MIN_VALUE + 1)
                .handler(this::prefer);
    }

    private void prefer(RoutingContext context) {
        @Nullable String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        boolean open = accept != null
                && accept.contains("openmetrics")
                && (tracing.isOn() || !(accept.contains(TEXT) || accept.contains("*/*")));
        context.request().headers().set(HttpHeaders.ACCEPT, open ? OPEN_METRICS : TEXT);
        context.next();
    }
}
