package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.PoolFixture.ask;
import static ai.ultrathink.understudy.inference.PoolFixture.get;
import static ai.ultrathink.understudy.inference.PoolFixture.hold;
import static ai.ultrathink.understudy.inference.PoolFixture.loaded;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class ModelTest {

    private final PoolFixture bench = new PoolFixture(2, 64, 16);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void each_of_many_concurrent_callers_gets_the_answer_of_its_own_row() throws Exception {
        FakeNetwork network = new FakeNetwork();
        Model model = bench.model("model", network, 8_192);
        int callers = 8;
        int calls = 500;
        CountDownLatch together = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            List<Future<?>> running = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                float offset = caller * calls;
                Variant role = caller % 2 == 0 ? Variant.CONTROL : Variant.TREATMENT;
                running.add(threads.submit(() -> {
                    together.await();
                    List<CompletableFuture<Outcome>> asked = new ArrayList<>();
                    for (int call = 0; call < calls; call++) {
                        asked.add(ask(model, role, (offset + call) / 4_096));
                    }
                    for (int call = 0; call < calls; call++) {
                        assertEquals((offset + call) / 4_096, hold(asked.get(call)));
                    }
                    return null;
                }));
            }
            together.countDown();
            for (Future<?> each : running) {
                each.get();
            }
        }

        assertTrue(network.batches().size() < callers * calls, "nothing was batched");
    }

    @Test
    void what_would_come_too_late_is_refused_at_once_and_what_finds_the_model_free_is_not() {
        FakeNetwork slow = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                bench.time().advance(PoolFixture.DEADLINE.dividedBy(2));
                return echo(first);
            }
        };
        GatedNetwork one = new GatedNetwork();
        GatedNetwork two = new GatedNetwork();
        Model model = bench.model("model", slow, 64);
        for (int i = 0; i < 8; i++) {
            assertEquals(0.5f, hold(ask(model, Variant.CONTROL, 0.5f)));
        }
        // both threads are busy with another model, so that calls wait
        bench.occupy(bench.model("one", one, 8), one, Variant.CONTROL);
        bench.occupy(bench.model("two", two, 8), two, Variant.CONTROL);
        CompletableFuture<Outcome> first = ask(model, Variant.CONTROL, 0.1f);
        CompletableFuture<Outcome> second = ask(model, Variant.CONTROL, 0.2f);

        CompletableFuture<Outcome> third = ask(model, Variant.CONTROL, 0.3f);

        assertInstanceOf(Outcome.Rejected.class, get(third));
        one.open();
        assertEquals(0.1f, hold(first));
        assertEquals(0.2f, hold(second));
    }

    @Test
    void what_is_not_wanted_any_more_is_not_asked_and_gives_its_place_back() {
        GatedNetwork network = new GatedNetwork();
        Model model = bench.model("model", network, 1);
        AtomicBoolean wanted = new AtomicBoolean(true);
        CompletableFuture<Outcome> running = bench.running(model, network, Variant.TREATMENT);
        CompletableFuture<Outcome> waiting = model.predict(
                        Features.of(0.1f), Variant.TREATMENT, PoolFixture.DEADLINE, wanted::get)
                .subscribeAsCompletionStage();

        wanted.set(false);
        bench.expire();

        assertInstanceOf(Outcome.Rejected.class, get(waiting));
        CompletableFuture<Outcome> next = ask(model, Variant.TREATMENT, 0.3f);
        network.open();
        assertEquals(0.3f, hold(next));
        assertEquals(0.5f, hold(running));
        assertEquals(List.of(1, 1), network.batches());
    }

    @Test
    void what_is_unwanted_when_its_turn_comes_is_not_asked() {
        GatedNetwork network = new GatedNetwork();
        Model model = bench.model("model", network, 8);
        bench.occupy(model, network, Variant.TREATMENT);
        CompletableFuture<Outcome> waiting = model.predict(
                        Features.of(0.1f), Variant.TREATMENT, PoolFixture.DEADLINE, () -> false)
                .subscribeAsCompletionStage();

        network.open();

        assertInstanceOf(Outcome.Rejected.class, get(waiting));
        assertEquals(List.of(1), network.batches());
    }

    @Test
    void an_answer_names_the_model_its_version_and_the_time_of_the_forward_pass() {
        FakeNetwork network = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                bench.time().advance(Duration.ofMillis(7));
                return echo(first);
            }
        };

        Outcome.Answered answered = assertInstanceOf(
                Outcome.Answered.class, get(ask(bench.model("model", network, 8), Variant.CONTROL, 0.25f)));

        assertEquals("model", answered.model());
        assertEquals("1", answered.version());
        assertEquals(7.0, answered.latencyMillis());
        assertEquals(0.75f, answered.answer().probability("BUY"));
    }

    @Test
    void a_row_that_the_network_cannot_stand_fails_alone() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 64);
        bench.occupy(model, gate, Variant.CONTROL);
        List<CompletableFuture<Outcome>> asked = askTen(model);
        model.swap(loaded("model", "2", 1, new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                for (float f : first) {
                    if (f == 0.3f) {
                        throw new IllegalStateException("cannot stand 0.3");
                    }
                }
                return echo(first);
            }
        }));

        gate.open();

        assertEquals(new Outcome.Failed("cannot stand 0.3"), get(asked.get(3)));
        assertAnswered(asked, 3);
    }

    @Test
    void a_row_that_is_answered_with_nan_is_invalid_alone() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 64);
        bench.occupy(model, gate, Variant.CONTROL);
        List<CompletableFuture<Outcome>> asked = askTen(model);
        model.swap(loaded("model", "2", 1, new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                NetworkOutput echo = echo(first);
                for (int row = 0; row < first.length; row++) {
                    if (first[row] == 0.6f) {
                        echo.values().put(row * 3, Float.NaN);
                    }
                }
                return echo;
            }
        }));

        gate.open();

        assertInstanceOf(Outcome.Invalid.class, get(asked.get(6)));
        assertAnswered(asked, 6);
    }

    @Test
    void rows_of_a_batch_that_is_answered_in_a_wrong_shape_are_asked_one_by_one() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 64);
        bench.occupy(model, gate, Variant.CONTROL);
        List<CompletableFuture<Outcome>> asked = askTen(model);
        FakeNetwork dropsRows = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                return echo(new float[] {first[0]});
            }
        };
        model.swap(loaded("model", "2", 1, dropsRows));

        gate.open();

        assertAnswered(asked, -1);
        assertEquals(11, dropsRows.batches().size());
    }

    @Test
    void one_row_in_a_wrong_shape_is_invalid_and_says_which() {
        FakeNetwork two = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                return new NetworkOutput(new long[] {1, 2}, FloatBuffer.wrap(new float[] {0.5f, 0.5f}));
            }
        };

        assertEquals(
                new Outcome.Invalid("output has shape [1, 2], expected [1, 3]"),
                get(ask(bench.model("model", two, 8), Variant.CONTROL, 0.5f)));
    }

    @Test
    void a_full_queue_refuses_the_next_and_one_role_does_not_fill_the_other_ones_queue() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 3);
        bench.occupy(model, gate, Variant.TREATMENT);
        for (int i = 0; i < 3; i++) {
            assertFalse(ask(model, Variant.TREATMENT, 0.1f).isDone());
        }

        assertEquals(
                new Outcome.Rejected("the queue of model model is full"),
                ask(model, Variant.TREATMENT, 0.1f).join());

        CompletableFuture<Outcome> control = ask(model, Variant.CONTROL, 0.4f);
        gate.open();
        assertEquals(0.4f, hold(control));
    }

    @Test
    void deadlines_do_not_wait_for_the_network() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 8);
        CompletableFuture<Outcome> running = bench.running(model, gate, Variant.CONTROL);
        CompletableFuture<Outcome> waiting = ask(model, Variant.CONTROL, 0.1f);

        bench.time().advance(PoolFixture.DEADLINE.minusNanos(1));
        bench.expire();
        assertFalse(running.isDone());
        assertFalse(waiting.isDone());
        bench.time().advance(Duration.ofNanos(1));
        bench.expire();

        assertEquals(new Outcome.TimedOut(100), running.join());
        assertEquals(new Outcome.TimedOut(100), waiting.join());
    }

    @Test
    void a_call_that_is_over_gives_its_place_back() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 2);
        bench.occupy(model, gate, Variant.CONTROL);
        CompletableFuture<Outcome> cancelled = ask(model, Variant.CONTROL, 0.1f);
        CompletableFuture<Outcome> kept = ask(model, Variant.CONTROL, 0.2f);
        assertInstanceOf(
                Outcome.Rejected.class, ask(model, Variant.CONTROL, 0.3f).join());

        cancelled.cancel(true);
        bench.expire();
        CompletableFuture<Outcome> next = ask(model, Variant.CONTROL, 0.4f);

        assertFalse(next.isDone());
        gate.open();
        assertEquals(0.2f, hold(kept));
        assertEquals(0.4f, hold(next));
    }

    @Test
    void a_swap_closes_the_old_network_only_after_its_last_batch() {
        GatedNetwork old = new GatedNetwork();
        Model model = bench.model("model", old, 8);
        CompletableFuture<Outcome> running = bench.running(model, old, Variant.CONTROL);
        CompletableFuture<Outcome> queued = ask(model, Variant.CONTROL, 0.1f);

        model.swap(loaded("model", "2", 1, new FakeNetwork()));

        assertEquals(0, old.closed());
        assertEquals("2", model.version());
        old.open();
        assertEquals("1", assertInstanceOf(Outcome.Answered.class, get(running)).version());
        assertEquals("2", assertInstanceOf(Outcome.Answered.class, get(queued)).version());
        await().until(() -> old.closed() == 1);
        assertEquals(0, old.usedAfterClose());
    }

    @Test
    void swaps_under_traffic_fail_no_request_and_close_each_old_network_once() throws Exception {
        List<FakeNetwork> networks = new ArrayList<>();
        networks.add(new FakeNetwork());
        Model model = bench.model("model", networks.getFirst(), 8_192);
        int swaps = 200;
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> asking = threads.submit(() -> {
                for (int call = 0; call < 4_000; call++) {
                    Variant role = call % 2 == 0 ? Variant.CONTROL : Variant.TREATMENT;
                    assertEquals(call / 4_096f, hold(ask(model, role, call / 4_096f)));
                }
                return null;
            });
            for (int swap = 0; swap < swaps; swap++) {
                FakeNetwork next = new FakeNetwork();
                networks.add(next);
                model.swap(loaded("model", "v" + swap, 1, next));
            }
            asking.get();
        }

        await().until(() -> networks.stream().mapToInt(FakeNetwork::closed).sum() == swaps);
        assertEquals(0, networks.getLast().closed());
        assertEquals(0, networks.stream().mapToInt(FakeNetwork::usedAfterClose).sum());
    }

    @Test
    void a_request_of_the_old_input_size_is_refused_after_a_swap_and_the_others_are_answered() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 8);
        bench.occupy(model, gate, Variant.CONTROL);
        CompletableFuture<Outcome> old = ask(model, Variant.CONTROL, 0.1f);
        model.swap(loaded("model", "2", 2, new FakeNetwork()));
        CompletableFuture<Outcome> fitting = ask(model, Variant.CONTROL, 0.2f, 9f);

        gate.open();

        assertEquals(new Outcome.Rejected("the model was reloaded and now takes 2 features, not 1"), get(old));
        assertEquals(0.2f, hold(fitting));
        assertEquals(2, model.inputSize());
    }

    @Test
    void a_retired_model_refuses_what_waits_and_what_comes_and_is_closed() {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 8);
        CompletableFuture<Outcome> running = bench.running(model, gate, Variant.CONTROL);
        CompletableFuture<Outcome> waiting = ask(model, Variant.CONTROL, 0.1f);

        model.retire();

        assertEquals(0, gate.closed());
        gate.open();
        assertEquals(0.5f, hold(running));
        assertEquals(new Outcome.Rejected("the model was removed"), get(waiting));
        assertEquals(new Outcome.Rejected("the model was removed"), get(ask(model, Variant.CONTROL, 0.1f)));
        await().until(() -> gate.closed() == 1);
    }

    @Test
    void a_deadline_may_pass_while_another_call_of_the_batch_is_refused() throws Exception {
        GatedNetwork gate = new GatedNetwork();
        Model model = bench.model("model", gate, 8);
        bench.occupy(model, gate, Variant.CONTROL);
        CountDownLatch refusing = new CountDownLatch(1);
        CountDownLatch expiring = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        model.swap(loaded("model", "2", 2, new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                refused.countDown();
                return echo(first);
            }
        }));
        CompletableFuture<Outcome> late = ask(model, Variant.CONTROL, 0.1f, 0f);
        CompletableFuture<Outcome> tooShort = ask(model, Variant.CONTROL, 0.2f);
        CompletableFuture<Outcome> last = ask(model, Variant.CONTROL, 0.3f, 0f);
        // each callback runs in the thread that ends the call, and holds it there
        CompletableFuture<Void> afterRefusal = tooShort.thenAccept(outcome -> {
            refusing.countDown();
            join(expiring);
        });
        CompletableFuture<Void> afterExpiry = late.thenAccept(outcome -> {
            expiring.countDown();
            join(refused);
        });
        gate.open();
        refusing.await();
        bench.time().advance(PoolFixture.DEADLINE);

        assertDoesNotThrow(bench::expire);

        assertEquals(new Outcome.TimedOut(100), get(late));
        // it was being answered when its deadline passed: either is right
        assertNotNull(get(last));
        afterRefusal.join();
        afterExpiry.join();
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<CompletableFuture<Outcome>> askTen(Model model) {
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(ask(model, Variant.CONTROL, i / 10f));
        }
        return asked;
    }

    private static void assertAnswered(List<CompletableFuture<Outcome>> asked, int except) {
        for (int i = 0; i < asked.size(); i++) {
            if (i != except) {
                assertEquals(i / 10f, hold(asked.get(i)));
            }
        }
    }
}
