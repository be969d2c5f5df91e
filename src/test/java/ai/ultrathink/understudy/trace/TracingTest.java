package ai.ultrathink.understudy.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.ObservationCopies;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.TraceRef;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final Map<String, String> SAMPLED = Map.of("traceparent", "00-" + TRACE + "-" + CALLER + "-01");
    private static final Map<String, String> UNSAMPLED = Map.of("traceparent", "00-" + TRACE + "-" + CALLER + "-00");

    private final ManualTime time = new ManualTime();
    private final RecordedSpans spans = new RecordedSpans();

    private Tracing tracing(double ratio) {
        return new Tracing(spans.tracer(ratio), time);
    }

    @Test
    void a_request_belongs_to_the_trace_of_its_caller() {
        RequestTrace trace = tracing(0).begin("POST", SAMPLED::get);
        trace.name("POST /api/v1/predict");
        time.advance(Duration.ofMillis(3));
        trace.end(200);

        SpanData span = spans.named("POST /api/v1/predict");
        assertEquals(TRACE, span.getTraceId());
        assertEquals(CALLER, span.getParentSpanId());
        assertEquals(new TraceRef(TRACE, span.getSpanId()), trace.ref());
        assertEquals(3_000_000, span.getEndEpochNanos() - span.getStartEpochNanos());
        assertEquals(ManualTime.START, Instant.ofEpochSecond(0, span.getStartEpochNanos()));
    }

    @Test
    void what_the_caller_has_not_sampled_is_not_recorded_at_any_ratio() {
        assertSame(NoTrace.NONE, tracing(1).begin("POST", UNSAMPLED::get));
        assertNull(tracing(1).begin("POST", UNSAMPLED::get).ref());
    }

    @Test
    void without_a_caller_s_trace_the_ratio_decides() {
        assertSame(NoTrace.NONE, tracing(0).begin("POST", name -> null));
        assertSame(NoTrace.NONE, tracing(0).begin("POST", name -> "no traceparent"));
        tracing(1).begin("POST", name -> "no traceparent").end(200);

        assertEquals(List.of("POST"), spans.names());
    }

    @Test
    void while_tracing_is_off_nothing_is_recorded() {
        Tracing off = new Tracing(null, time);

        assertSame(NoTrace.NONE, off.begin("POST", SAMPLED::get));
        assertSame(NoTrace.NONE, off.current());
        Uni<Integer> insert = Uni.createFrom().item(1);
        assertSame(insert, off.stored(List.of(row()), insert));
        assertSame(insert, NoTrace.NONE.database(insert));
    }

    @Test
    void each_part_is_a_span_below_that_of_the_request() {
        RequestTrace trace = tracing(1).begin("POST", name -> null);
        assertEquals("decoded", trace.step(Step.DECODE, () -> {
            time.advance(Duration.ofMillis(1));
            return "decoded";
        }));
        trace.run(Step.JOURNAL, () -> time.advance(Duration.ofMillis(2)));
        trace.end(200);

        assertEquals(List.of("decode", "journal", "POST"), spans.names());
        String request = spans.named("POST").getSpanId();
        assertEquals(request, spans.named("decode").getParentSpanId());
        assertEquals(request, spans.named("journal").getParentSpanId());
        assertEquals(2_000_000, lasted("journal"));
    }

    @Test
    void a_part_that_fails_is_an_error_and_fails_as_before() {
        RequestTrace trace = tracing(1).begin("POST", name -> null);

        assertThrows(
                IllegalArgumentException.class,
                () -> trace.run(Step.DECODE, () -> {
                    throw new IllegalArgumentException("symbol: got nothing");
                }));

        assertEquals(StatusCode.ERROR, spans.named("decode").getStatus().getStatusCode());
        assertEquals("symbol: got nothing", spans.named("decode").getStatus().getDescription());
    }

    @Test
    void a_call_of_a_model_is_its_wait_and_its_pass() {
        RequestTrace trace = tracing(1).begin("POST", name -> null);
        Outcome answered = new Outcome.Answered(
                new Answer(0.2f, 0.7f, 0.1f), "bull", "1", Duration.ofMillis(4).toNanos());

        Outcome outcome = trace.called(Variant.CONTROL, Uni.createFrom().item(() -> {
                    time.advance(Duration.ofMillis(10));
                    return answered;
                }))
                .await()
                .indefinitely();

        assertSame(answered, outcome);
        assertEquals(List.of("queue", "forward"), spans.names());
        assertEquals(6_000_000, lasted("queue"));
        assertEquals(4_000_000, lasted("forward"));
        assertEquals("control", attribute("forward", "understudy.role"));
        assertEquals("bull@1", attribute("forward", "understudy.model"));
    }

    @Test
    void a_call_that_fails_says_what_the_model_threw() {
        RequestTrace trace = tracing(1).begin("POST", name -> null);

        await(trace.called(Variant.TREATMENT, Uni.createFrom().item(new Outcome.Failed("boom\nat line 3"))));
        await(trace.called(Variant.TREATMENT, Uni.createFrom().item(new Outcome.Queued(200))));

        assertEquals(List.of("forward", "queue"), spans.names());
        assertEquals("error: boom at line 3", spans.named("forward").getStatus().getDescription());
        assertEquals(StatusCode.ERROR, spans.named("queue").getStatus().getStatusCode());
    }

    @Test
    void the_storing_of_a_row_is_below_its_request_and_rows_without_a_trace_have_no_span() {
        TraceRef ref = new TraceRef(TRACE, CALLER);

        await(tracing(0)
                .stored(
                        List.of(row(), ObservationCopies.traced(row(), ref), row()),
                        Uni.createFrom().item(3)));

        assertEquals(List.of("store"), spans.names());
        assertEquals(TRACE, spans.named("store").getTraceId());
        assertEquals(CALLER, spans.named("store").getParentSpanId());
    }

    @Test
    void a_decision_is_always_sampled_and_says_who_what_and_why() {
        DecisionSpan.writtenBy(tracing(0));
        try {
            DecisionSpan.begin().stored("t", "guardrails", "rolled_back", 3, "errors");
        } finally {
            DecisionSpan.writtenBy(new Tracing(null, time));
        }
        DecisionSpan.begin().stored("t", "ada", "created", 1, null);

        assertEquals(List.of("decision rolled_back"), spans.names());
        assertEquals("t", attribute("decision rolled_back", "understudy.test_id"));
        assertEquals("guardrails", attribute("decision rolled_back", "understudy.actor"));
        assertEquals("errors", attribute("decision rolled_back", "understudy.reason"));
    }

    private static void await(Uni<?> work) {
        work.await().indefinitely();
    }

    private long lasted(String name) {
        SpanData span = spans.named(name);
        return span.getEndEpochNanos() - span.getStartEpochNanos();
    }

    private String attribute(String span, String name) {
        return String.valueOf(spans.named(span).getAttributes().get(AttributeKey.stringKey(name)));
    }

    private static Observation row() {
        return new Observation(
                new UUID(7, 1),
                Instant.EPOCH,
                "t",
                1,
                "r-1",
                "u-1",
                "SPX",
                Group.CONTROL,
                Variant.CONTROL,
                null,
                0.1,
                new Outcome.Failed("boom"),
                null);
    }
}
