package ai.ultrathink.understudy.trace;

import ai.ultrathink.understudy.experiment.TimeSource;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes the spans of one trace, with times of the ticker. All of them refer to one reading of the wall clock, so a clock that is
 * set in between does not tear them apart.
 */
final class SpanWriter {

    private static final String MODEL_ROLE = "understudy.role";

    private final Tracer tracer;
    private final TimeSource time;

    /** What has to be added to the ticker's time for nanoseconds since 1970. */
    private final long epochNanos;

    SpanWriter(Tracer tracer, TimeSource time) {
        this.tracer = tracer;
        this.time = time;
        this.epochNanos = Duration.between(Instant.EPOCH, time.now()).toNanos() - time.nanoTime();
    }

    long now() {
        return time.nanoTime();
    }

    /** A span that has begun. */
    Span begin(String name, SpanKind kind, Context parent, long beganNanos) {
        return builder(name, kind, parent, beganNanos).startSpan();
    }

    private SpanBuilder builder(String name, SpanKind kind, Context parent, long beganNanos) {
        return tracer.spanBuilder(name)
                .setParent(parent)
                .setSpanKind(kind)
                .setStartTimestamp(epochNanos + beganNanos, TimeUnit.NANOSECONDS);
    }

    void end(Span span, long endedNanos) {
        span.end(epochNanos + endedNanos, TimeUnit.NANOSECONDS);
    }

    /** The call of a model, or a part of it, that is over. */
    void model(Step step, Context parent, String role, long beganNanos, long endedNanos, @Nullable String model) {
        Span span =
                begin(step.spanName(), SpanKind.INTERNAL, parent, beganNanos).setAttribute(MODEL_ROLE, role);
        if (model != null) {
            span.setAttribute("understudy.model", model);
        }
        end(span, endedNanos);
    }

    /** The call of a model that failed. */
    void failed(Step step, Context parent, String role, long beganNanos, long endedNanos, String why) {
        Span span = begin(step.spanName(), SpanKind.INTERNAL, parent, beganNanos)
                .setAttribute(MODEL_ROLE, role)
                .setStatus(StatusCode.ERROR, why);
        end(span, endedNanos);
    }

    /** A call of the database that is over. */
    void database(Step step, Context parent, long beganNanos, long endedNanos, @Nullable Throwable failure) {
        Span span = begin(step.spanName(), SpanKind.CLIENT, parent, beganNanos)
                .setAttribute("db.system.name", "postgresql");
        if (failure != null) {
            span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
        }
        end(span, endedNanos);
    }
}
