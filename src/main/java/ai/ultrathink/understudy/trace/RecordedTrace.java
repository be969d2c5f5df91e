package ai.ultrathink.understudy.trace;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.TraceRef;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The trace of a sampled request: one span for the request, and one below it for each part. */
final class RecordedTrace implements RequestTrace {

    private final SpanWriter spans;
    private final Span request;
    private final Context parent;
    private final TraceRef ref;
    private final AtomicBoolean ended = new AtomicBoolean();

    RecordedTrace(SpanWriter spans, Span request) {
        this.spans = spans;
        this.request = request;
        this.parent = Context.root().with(request);
        SpanContext context = request.getSpanContext();
        this.ref = new TraceRef(context.getTraceId(), context.getSpanId());
    }

    Context parent() {
        return parent;
    }

    @Override
    public TraceRef ref() {
        return ref;
    }

    @Override
    public <T> T step(Step step, Supplier<T> work) {
        Span span = spans.begin(step.spanName(), SpanKind.INTERNAL, parent, spans.now());
        try {
            return work.get();
        } catch (RuntimeException e) {
            span.setStatus(StatusCode.ERROR, String.valueOf(e.getMessage()));
            throw e;
        } finally {
            spans.end(span, spans.now());
        }
    }

    @Override
    public void run(Step step, Runnable work) {
        step(step, () -> {
            work.run();
            return true;
        });
    }

    @Override
    public Uni<Outcome> called(Variant role, Uni<Outcome> call) {
        return Uni.createFrom().deferred(() -> {
            long asked = spans.now();
            return call.invoke(outcome -> tell(role.wireName(), asked, spans.now(), outcome));
        });
    }

    private void tell(String role, long asked, long ended, Outcome outcome) {
        switch (outcome) {
            case Outcome.Answered answered -> {
                // as differences, because the ticker may overflow
                long began = ended - Math.min(answered.latencyNanos(), ended - asked);
                spans.model(Step.QUEUE, parent, role, asked, began, null);
                spans.model(
                        Step.FORWARD, parent, role, began, ended, answered.by().text());
            }
            case Outcome.Failure failure ->
                spans.failed(
                        failure.lackOfCapacity() ? Step.QUEUE : Step.FORWARD,
                        parent,
                        role,
                        asked,
                        ended,
                        failure.code() + ": " + failure.brief());
        }
    }

    @Override
    public <T> Uni<T> database(Uni<T> call) {
        return Uni.createFrom().deferred(() -> {
            long began = spans.now();
            return call.onItemOrFailure()
                    .invoke((done, failure) -> spans.database(Step.DATABASE, parent, began, spans.now(), failure));
        });
    }

    @Override
    public void note(String attribute, @Nullable String value) {
        if (value != null) {
            request.setAttribute(attribute, value);
        }
    }

    @Override
    public void name(String name) {
        request.updateName(name);
    }

    @Override
    public void end(int status) {
        if (ended.compareAndSet(false, true)) {
            request.setAttribute("http.response.status_code", (long) status);
            if (status >= 500) {
                request.setStatus(StatusCode.ERROR);
            }
            spans.end(request, spans.now());
        }
    }
}
