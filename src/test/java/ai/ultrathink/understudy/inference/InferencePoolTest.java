package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.PoolFixture.ask;
import static ai.ultrathink.understudy.inference.PoolFixture.get;
import static ai.ultrathink.understudy.inference.PoolFixture.hold;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import ai.ultrathink.understudy.outcome.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class InferencePoolTest {

    private static final Duration LONG = Duration.ofSeconds(2);
    private static final long STUCK_AFTER = Duration.ofSeconds(1).toNanos();

    private PoolFixture bench = new PoolFixture(2, 64, 16);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void control_is_served_before_treatment_that_came_earlier() {
        List<String> served = new CopyOnWriteArrayList<>();
        GatedNetwork first = new GatedNetwork();
        GatedNetwork second = new GatedNetwork();
        bench.occupy(bench.model("first", first, 8), first, Variant.CONTROL);
        bench.occupy(bench.model("second", second, 8), second, Variant.CONTROL);
        CompletableFuture<Outcome> treatment =
                ask(bench.model("treatment", new Noting("treatment", served), 8), Variant.TREATMENT, 0.1f);
        CompletableFuture<Outcome> control =
                ask(bench.model("control", new Noting("control", served), 8), Variant.CONTROL, 0.2f);

        first.open();

        assertEquals(0.1f, hold(treatment));
        assertEquals(0.2f, hold(control));
        assertEquals(List.of("control", "treatment"), served);
    }

    @Test
    void treatment_never_holds_the_last_thread() {
        GatedNetwork hanging = new GatedNetwork();
        FakeNetwork patient = new FakeNetwork();
        Model control = bench.model("control", new FakeNetwork(), 8);
        bench.occupy(bench.model("hanging", hanging, 8), hanging, Variant.TREATMENT);
        CompletableFuture<Outcome> second = ask(bench.model("patient", patient, 8), Variant.TREATMENT, 0.3f);

        for (int call = 0; call < 20; call++) {
            assertEquals(0.5f, hold(ask(control, Variant.CONTROL, 0.5f)));
        }

        assertFalse(second.isDone());
        assertEquals(List.of(), patient.batches());
        hanging.open();
        assertEquals(0.3f, hold(second));
    }

    @Test
    void of_four_threads_treatment_holds_three() {
        bench.close();
        bench = new PoolFixture(4, 64, 16);
        for (int i = 0; i < 3; i++) {
            GatedNetwork hanging = new GatedNetwork();
            bench.occupy(bench.model("hanging" + i, hanging, 8), hanging, Variant.TREATMENT);
        }
        FakeNetwork fourth = new FakeNetwork();
        CompletableFuture<Outcome> waiting = ask(bench.model("fourth", fourth, 8), Variant.TREATMENT, 0.3f);

        assertEquals(0.5f, hold(ask(bench.model("control", new FakeNetwork(), 8), Variant.CONTROL, 0.5f)));
        assertFalse(waiting.isDone());
    }

    @Test
    void a_stuck_network_does_not_keep_other_models_from_answering() {
        GatedNetwork one = new GatedNetwork();
        GatedNetwork two = new GatedNetwork();
        Model stuck = bench.model("one", one, 8);
        CompletableFuture<Outcome> late = bench.running(stuck, one, Variant.CONTROL);
        bench.occupy(bench.model("two", two, 8), two, Variant.CONTROL);
        CompletableFuture<Outcome> other = ask(bench.model("other", new FakeNetwork(), 8), Variant.CONTROL, 0.7f);

        bench.time().advance(LONG);
        bench.pool().lookAfterThreads(STUCK_AFTER);

        assertEquals(0.7f, hold(other));
        assertEquals(2, bench.pool().stuck());
        assertTrue(bench.pool().alive());
        one.open();
        await().until(() -> bench.pool().stuck() == 1);
        assertEquals(0.5f, hold(late));
        assertEquals(0.9f, hold(ask(stuck, Variant.CONTROL, 0.9f)));
    }

    @Test
    void a_stuck_treatment_gives_its_share_of_the_threads_back() {
        GatedNetwork hanging = new GatedNetwork();
        bench.occupy(bench.model("hanging", hanging, 8), hanging, Variant.TREATMENT);
        CompletableFuture<Outcome> other = ask(bench.model("other", new FakeNetwork(), 8), Variant.TREATMENT, 0.7f);

        bench.time().advance(LONG);
        bench.pool().lookAfterThreads(STUCK_AFTER);

        assertEquals(0.7f, hold(other));
        hanging.open();
        await().until(() -> bench.pool().stuck() == 0);
        GatedNetwork again = new GatedNetwork();
        FakeNetwork patient = new FakeNetwork();
        bench.occupy(bench.model("again", again, 8), again, Variant.TREATMENT);
        CompletableFuture<Outcome> waiting = ask(bench.model("patient", patient, 8), Variant.TREATMENT, 0.3f);
        assertEquals(0.5f, hold(ask(bench.model("control", new FakeNetwork(), 8), Variant.CONTROL, 0.5f)));
        assertFalse(waiting.isDone());
    }

    @Test
    void a_thread_that_is_only_just_slow_is_left_alone() {
        GatedNetwork slow = new GatedNetwork();
        CompletableFuture<Outcome> running = bench.running(bench.model("slow", slow, 8), slow, Variant.CONTROL);

        bench.time().advance(Duration.ofSeconds(1));
        bench.pool().lookAfterThreads(STUCK_AFTER);

        assertEquals(0, bench.pool().stuck());
        slow.open();
        assertEquals(0.5f, hold(running));
    }

    @Test
    void past_the_bound_the_pool_is_dead_until_a_thread_comes_back() {
        bench.close();
        bench = new PoolFixture(2, 64, 1);
        GatedNetwork one = new GatedNetwork();
        bench.occupy(bench.model("one", one, 8), one, Variant.CONTROL);
        assertTrue(bench.pool().alive());

        bench.time().advance(LONG);
        bench.pool().lookAfterThreads(STUCK_AFTER);
        bench.pool().lookAfterThreads(STUCK_AFTER);

        assertEquals(1, bench.pool().stuck());
        assertFalse(bench.pool().alive());
        one.open();
        await().until(() -> bench.pool().alive());
    }

    @Test
    void a_pool_that_was_not_started_is_not_alive() {
        assertFalse(new InferencePool(2, 64, 16, bench.time()).alive());
    }

    @Test
    void what_waits_while_a_batch_runs_becomes_the_next_batches_up_to_the_bound() {
        bench.close();
        bench = new PoolFixture(2, 4, 16);
        GatedNetwork network = new GatedNetwork();
        Model model = bench.model("model", network, 64);
        bench.occupy(model, network, Variant.CONTROL);
        List<CompletableFuture<Outcome>> waiting = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(ask(model, Variant.CONTROL, i / 10f));
        }

        network.open();

        for (int i = 0; i < 10; i++) {
            assertEquals(i / 10f, hold(waiting.get(i)));
        }
        assertEquals(List.of(1, 4, 4, 2), network.batches());
    }

    @Test
    void calls_that_have_ended_are_not_run() {
        GatedNetwork network = new GatedNetwork();
        Model model = bench.model("model", network, 64);
        bench.occupy(model, network, Variant.CONTROL);
        CompletableFuture<Outcome> cancelled = ask(model, Variant.CONTROL, 0.1f);
        CompletableFuture<Outcome> wanted = ask(model, Variant.CONTROL, 0.2f);

        cancelled.cancel(true);
        network.open();

        assertEquals(0.2f, hold(wanted));
        assertEquals(List.of(1, 1), network.batches());
    }

    @Test
    void a_network_that_fails_with_an_error_is_answered_for_and_its_thread_lives_on() {
        Model broken = bench.model(
                "broken",
                new FakeNetwork() {
                    @Override
                    NetworkOutput answer(float[] first) {
                        throw new LinkageError("no such symbol");
                    }
                },
                8);

        for (int call = 0; call < 4; call++) {
            assertEquals(
                    new Outcome.Failed("no such symbol"),
                    assertInstanceOf(Outcome.Failed.class, get(ask(broken, Variant.CONTROL, 0.5f))));
        }

        assertEquals(0.5f, hold(ask(bench.model("sound", new FakeNetwork(), 8), Variant.CONTROL, 0.5f)));
    }

    private static final class Noting extends FakeNetwork {

        private final String name;
        private final List<String> served;

        Noting(String name, List<String> served) {
            this.name = name;
            this.served = served;
        }

        @Override
        NetworkOutput answer(float[] first) {
            served.add(name);
            return echo(first);
        }
    }

    /** Freeing a network ends its thread here; libtorch may refuse to, too. */
    @Test
    void threads_that_end_by_an_error_are_counted_and_replaced() {
        try (PoolFixture bench = new PoolFixture(2, 64, 16)) {
            for (int i = 1; i <= 3; i++) {
                GatedNetwork gate = new GatedNetwork();
                Model model = bench.model("model-" + i, new Breaking(gate), 8);
                CompletableFuture<Outcome> running = bench.running(model, gate, Variant.CONTROL);
                model.swap(PoolFixture.loaded("model-" + i, "2", 1, new FakeNetwork()));
                gate.open();
                assertEquals(0.5f, PoolFixture.hold(running));
                int ended = i;
                await().until(() -> bench.pool().ended() == ended);

                bench.time().advance(Duration.ofMinutes(1));
                bench.pool().lookAfterThreads(Long.MAX_VALUE);

                assertTrue(bench.pool().alive());
                assertEquals(0.25f, PoolFixture.hold(PoolFixture.ask(model, Variant.TREATMENT, 0.25f)));
            }
        }
    }

    @Test
    void a_caller_that_breaks_with_an_error_ends_no_thread() {
        try (PoolFixture bench = new PoolFixture(2, 64, 16)) {
            Model model = bench.model("model", new FakeNetwork(), 8);

            model.predict(Features.of(0.5f), Variant.CONTROL, PoolFixture.DEADLINE)
                    .subscribe()
                    .with(outcome -> {
                        throw new AssertionError("broken caller");
                    });

            assertEquals(0.5f, PoolFixture.hold(PoolFixture.ask(model, Variant.CONTROL, 0.5f)));
            assertEquals(0, bench.pool().ended());
        }
    }

    private record Breaking(Network network) implements Network {
        @Override
        public NetworkOutput forward(TorchThread thread, int rows, int columns) {
            return network.forward(thread, rows, columns);
        }

        @Override
        public void close() {
            throw new AssertionError("cannot be freed");
        }
    }
}
