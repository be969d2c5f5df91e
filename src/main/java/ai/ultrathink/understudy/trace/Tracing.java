package ai.ultrathink.understudy.trace;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.TraceRef;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.quarkus.runtime.Startup;
import io.smallrye.common.vertx.ContextLocals;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Begins traces, where OpenTelemetry is switched on: of requests, of rows that are stored, of decisions. Whether it is on is decided once,
 * at the start.
 */
@Startup
@Singleton
public class Tracing {

    private static final String TRACE = Tracing.class.getName();

    private final @Nullable Tracer tracer;
    private final TimeSource time;

    @Inject
    Tracing(
            @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean off,
            Instance<OpenTelemetry> telemetry,
            TimeSource time) {
        this(off ? null : telemetry.get().getTracer("understudy"), time);
        DecisionSpan.writtenBy(this);
    }

    /** @param tracer null where tracing is off */
    public Tracing(@Nullable Tracer tracer, TimeSource time) {
        this.tracer = tracer;
        this.time = time;
    }

    /** Whether there are traces at all. */
    public boolean isOn() {
        return tracer != null;
    }

    /**
     * Begins the trace of a request, in the trace of its caller if there is one. Whether the request is sampled its caller decides, or
     * else the ratio.
     *
     * @param name of the span
     * @param headers of the request
     */
    public RequestTrace begin(String name, Headers headers) {
        Tracer on = tracer;
        if (on == null) {
            return NoTrace.NONE;
        }
        Context caller = W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, Getter.OF_HEADERS);
        SpanWriter spans = new SpanWriter(on, time);
        Span request = spans.begin(name, SpanKind.SERVER, caller, spans.now());
        return request.getSpanContext().isSampled() ? new RecordedTrace(spans, request) : NoTrace.NONE;
    }

    /** Makes a trace that of the request that is being served; {@link #current} finds it. */
    public static void keep(RequestTrace trace) {
        if (VertxContext.isOnDuplicatedContext()) {
            ContextLocals.put(TRACE, trace);
        }
    }

    /** The trace of the request that is being served. */
    public RequestTrace current() {
        return tracer == null || !VertxContext.isOnDuplicatedContext()
                ? NoTrace.NONE
                : ContextLocals.<RequestTrace>get(TRACE).orElse(NoTrace.NONE);
    }

    /** The storing of a batch, which is a span in the trace of each of its rows that has one. */
    public <T> Uni<T> stored(List<Observation> batch, Uni<T> insert) {
        Tracer on = tracer;
        if (on == null) {
            return insert;
        }
        List<TraceRef> traced = new ArrayList<>();
        for (Observation row : batch) {
            TraceRef trace = row.trace();
            if (trace != null) {
                traced.add(trace);
            }
        }
        return traced.isEmpty() ? insert : stored(on, traced, insert);
    }

    private <T> Uni<T> stored(Tracer on, List<TraceRef> traced, Uni<T> insert) {
        return Uni.createFrom().deferred(() -> {
            SpanWriter spans = new SpanWriter(on, time);
            long began = spans.now();
            return insert.onItemOrFailure().invoke((done, failure) -> {
                long ended = spans.now();
                traced.forEach(row -> spans.database(Step.STORE, below(row), began, ended, failure));
            });
        });
    }

    /** Below the span of a request that is over, perhaps in an earlier process. */
    private static Context below(TraceRef request) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        request.traceId(), request.spanId(), TraceFlags.getSampled(), TraceState.getDefault())));
    }

    /** For the span of a decision; null where tracing is off. */
    @Nullable SpanWriter spans() {
        Tracer on = tracer;
        return on == null ? null : new SpanWriter(on, time);
    }

    /** The headers of a request. */
    @FunctionalInterface
    public interface Headers {

        /** The value of a header, or null. */
        @Nullable String get(String name);
    }

    private enum Getter implements TextMapGetter<Headers> {
        OF_HEADERS;

        @Override
        public Iterable<String> keys(Headers headers) {
            return W3CTraceContextPropagator.getInstance().fields();
        }

        @Override
        public @Nullable String get(@Nullable Headers headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    }
}
