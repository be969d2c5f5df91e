package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.request.RequestId;
import ai.ultrathink.understudy.log.LogFields;
import ai.ultrathink.understudy.outcome.TraceRef;
import ai.ultrathink.understudy.trace.RequestTrace;
import ai.ultrathink.understudy.trace.Tracing;
import com.fasterxml.uuid.NoArgGenerator;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/**
 * By what a request can be followed: its id, which its answer has in X-Request-ID, and its trace. Predictions that come without an id have
 * that of their body, which is not read yet; for all others one is made.
 */
@ApplicationScoped
class Correlation {

    private static final String TESTS = "/api/v1/ab-test/";

    private final NoArgGenerator ids;
    private final Tracing tracing;
    private final Operations operations;

    Correlation(NoArgGenerator ids, Tracing tracing, Operations operations) {
        this.ids = ids;
        this.tracing = tracing;
        this.operations = operations;
    }

    /** Called first of all. */
    void begin(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean prediction = isPrediction(request);
        String id = RequestId.sane(request.getHeader(RequestId.NAME));
        if (id != null || !prediction) {
            String known = id == null ? ids.generate().toString() : id;
            request.response().putHeader(RequestId.NAME, known);
            if (prediction) {
                RequestId.keep(known);
            } else {
                logged(request.path(), known);
            }
        }
        String path = request.path();
        if (tracing.isOn() && path != null && isTraced(path)) {
            trace(context, path);
        }
    }

    /** Lines of the log about it have these fields. For predictions, which are many, those who write lines add them. */
    private static void logged(@Nullable String path, String id) {
        LogFields.keep(LogFields.REQUEST, id);
        if (path != null && path.startsWith(TESTS)) {
            int end = path.indexOf('/', TESTS.length());
            if (end > 0) {
                LogFields.keep(LogFields.TEST, path.substring(TESTS.length(), end));
            }
        }
    }

    private static boolean isPrediction(HttpServerRequest request) {
        String uri = request.uri();
        return request.method().equals(HttpMethod.POST)
                && (uri.startsWith("/api/v1/predict")
                        || GrpcAccess.isInference(uri)
                        || (uri.startsWith("/v2/models/") && uri.endsWith("/infer")));
    }

    private static boolean isTraced(String path) {
        return path.startsWith("/api/") || InferenceErrors.concern(path) || GrpcAccess.isCall(path);
    }

    private void trace(RoutingContext context, String path) {
        HttpServerRequest request = context.request();
        RequestTrace trace = tracing.begin(request.method().name(), request::getHeader);
        TraceRef ref = trace.ref();
        if (ref == null) {
            return;
        }
        trace.name(name(request, path));
        trace.note("http.request.method", request.method().name());
        trace.note("url.path", path);
        trace.note("understudy.request_id", request.response().headers().get(RequestId.NAME));
        Tracing.keep(trace);
        LogFields.keep(LogFields.TRACE, ref.traceId());
        context.addEndHandler(ended -> trace.end(context.response().getStatusCode()));
    }

    /** Without what differs from request to request. */
    private String name(HttpServerRequest request, String path) {
        return GrpcAccess.isCall(path)
                ? path.substring(1)
                : operations
                        .at(path)
                        .map(call -> request.method().name() + " " + call.template())
                        .orElse(request.method().name());
    }

    /** The id of a request that has got an answer; made now if it has none. */
    String idOf(HttpServerRequest request) {
        String known = request.response().headers().get(RequestId.NAME);
        if (known != null) {
            return known;
        }
        String made = ids.generate().toString();
        request.response().putHeader(RequestId.NAME, made);
        return made;
    }

    /** The trace of the request that is being served, or null. */
    @Nullable String traceId() {
        TraceRef trace = tracing.current().ref();
        return trace == null ? null : trace.traceId();
    }
}
