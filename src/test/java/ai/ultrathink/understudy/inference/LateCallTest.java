package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.PoolFixture.ask;
import static ai.ultrathink.understudy.inference.PoolFixture.hold;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that take too long: because the model is slow, or because capacity is lacking. */
@Tag("libtorch")
class LateCallTest {

    private final PoolFixture bench = new PoolFixture(2, 4, 1);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_call_that_waits_for_a_thread_until_its_deadline_was_queued_and_its_model_was_not_slow() {
        GatedNetwork one = new GatedNetwork();
        GatedNetwork two = new GatedNetwork();
        bench.occupy(bench.model("one", one, 8), one, Variant.CONTROL);
        bench.occupy(bench.model("two", two, 8), two, Variant.CONTROL);
        CompletableFuture<Outcome> waiting = ask(bench.model("model", new FakeNetwork(), 8), Variant.TREATMENT, 0.1f);

        bench.time().advance(PoolFixture.DEADLINE);
        bench.expire();

        assertEquals(new Outcome.Queued(100), waiting.join());
    }

    @ParameterizedTest
    @CsvSource({"49, queued", "50, timeout"})
    void a_deadline_is_the_models_fault_where_a_pass_of_it_lasted_half_of_the_time(int passMillis, String code) {
        GatedNetwork one = new GatedNetwork();
        GatedNetwork two = new GatedNetwork();
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 8);
        bench.occupy(bench.model("one", one, 8), one, Variant.CONTROL);
        CompletableFuture<Outcome> busy = bench.running(bench.model("two", two, 8), two, Variant.CONTROL);
        CompletableFuture<Outcome> running = ask(model, Variant.CONTROL, 0.5f);
        bench.time().advance(PoolFixture.DEADLINE.minusMillis(passMillis));
        two.open();
        assertEquals(0.5f, hold(busy));
        gate.awaitEntered();
        CompletableFuture<Outcome> behind = ask(model, Variant.CONTROL, 0.1f);

        bench.time().advance(Duration.ofMillis(passMillis));
        bench.expire();

        assertEquals(
                code, assertInstanceOf(Outcome.Failure.class, running.join()).code());
        // the pass for whose end this one waits has lasted longer by now
        bench.time().advance(PoolFixture.DEADLINE.minusMillis(passMillis));
        bench.expire();
        assertEquals(new Outcome.TimedOut(100), behind.join());
    }

    @Test
    void a_watch_is_told_that_a_call_is_late_and_why_and_the_call_is_still_answered() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 8);
        LateAfter slow = new LateAfter(Duration.ofMillis(60));
        LateAfter soon = new LateAfter(Duration.ofMillis(61));
        LateAfter waiting = new LateAfter(Duration.ofMillis(1));
        CompletableFuture<Outcome> running = asked(model, slow);
        gate.awaitEntered();
        CompletableFuture<Outcome> next = asked(model, soon);

        bench.time().advance(Duration.ofMillis(60));
        CompletableFuture<Outcome> last = asked(model, waiting);
        bench.expire();
        gate.open();

        assertEquals(0.1f, hold(running));
        assertEquals(0.1f, hold(next));
        assertEquals(0.1f, hold(last));
        assertEquals(List.of(Timing.LATE), slow.told);
        assertEquals(List.of(), soon.told);
        assertEquals(List.of(), waiting.told);
    }

    @Test
    void a_call_that_was_queued_when_it_became_late_stays_that_until_its_deadline() {
        GatedNetwork one = new GatedNetwork();
        GatedNetwork two = new GatedNetwork();
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 8);
        bench.occupy(bench.model("one", one, 8), one, Variant.CONTROL);
        CompletableFuture<Outcome> busy = bench.running(bench.model("two", two, 8), two, Variant.CONTROL);
        LateAfter watch = new LateAfter(Duration.ofMillis(20));
        CompletableFuture<Outcome> call = asked(model, watch);
        bench.time().advance(Duration.ofMillis(20));
        bench.expire();
        two.open();
        assertEquals(0.5f, hold(busy));
        gate.awaitEntered();

        bench.time().advance(PoolFixture.DEADLINE);
        bench.expire();

        assertEquals(new Outcome.Queued(100), call.join());
        assertEquals(List.of(Timing.QUEUED), watch.told);
    }

    private static CompletableFuture<Outcome> asked(Model model, CallWatch watch) {
        return model.predict(Features.of(0.1f), Variant.CONTROL, PoolFixture.DEADLINE, watch)
                .subscribeAsCompletionStage();
    }

    private static final class LateAfter implements CallWatch {

        private final Duration after;
        private final List<Timing> told = new ArrayList<>();

        LateAfter(Duration after) {
            this.after = after;
        }

        @Override
        public boolean wanted() {
            return true;
        }

        @Override
        public long lateAfterNanos() {
            return after.toNanos();
        }

        @Override
        public void late(Timing cause) {
            told.add(cause);
        }
    }
}
