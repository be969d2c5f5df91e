package ai.ultrathink.understudy.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The span of a decision: a change by a person or by the service, from the writing of its event to the commit. It is in the trace of
 * the request that asked for it. Without one it is a trace of its own, which is always sampled.
 */
public final class DecisionSpan {

    /** What names of these spans begin with. */
    static final String PREFIX = "decision ";

    // static, because events are written by functions of their transaction
    private static final AtomicReference<@Nullable Tracing> TRACING = new AtomicReference<>();

    private static final DecisionSpan NONE = new DecisionSpan(null, Context.root());

    private final @Nullable SpanWriter spans;
    private final Context parent;
    private final long beganNanos;

    private DecisionSpan(@Nullable SpanWriter spans, Context parent) {
        this.spans = spans;
        this.parent = parent;
        this.beganNanos = spans == null ? 0 : spans.now();
    }

    static void writtenBy(Tracing tracing) {
        TRACING.set(tracing.isOn() ? tracing : null);
    }

    /** A decision is about to be stored. */
    public static DecisionSpan begin() {
        Tracing tracing = TRACING.get();
        return tracing == null
                ? NONE
                : new DecisionSpan(
                        tracing.spans(),
                        tracing.current() instanceof RecordedTrace request ? request.parent() : Context.root());
    }

    /**
     * It is stored.
     *
     * @param action the name of what was done
     */
    public void stored(String testId, String actor, String action, long generation, @Nullable String reason) {
        SpanWriter writer = spans;
        if (writer == null) {
            return;
        }
        Span span = writer.begin(PREFIX + action, SpanKind.INTERNAL, parent, beganNanos)
                .setAttribute("understudy.test_id", testId)
                .setAttribute("understudy.actor", actor)
                .setAttribute("understudy.generation", generation);
        if (reason != null) {
            span.setAttribute("understudy.reason", reason);
        }
        writer.end(span, writer.now());
    }
}
