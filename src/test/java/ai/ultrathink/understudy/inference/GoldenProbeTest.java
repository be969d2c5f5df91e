package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.outcome.Outcome;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class GoldenProbeTest {

    private static final Duration LONG = Duration.ofSeconds(2);

    private final PoolFixture bench = new PoolFixture(2, 64, 16);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_sound_model_answers_its_probe_in_both_roles() {
        Model model = bench.model("sound", new FakeNetwork(), 8);

        for (Variant role : Variant.values()) {
            assertInstanceOf(Outcome.Answered.class, PoolFixture.get(probe(model, role)));
        }
    }

    @Test
    void a_wrong_answer_is_invalid_and_says_which_number_is_off() {
        Model model = bench.model("flipped", answering(0.25f, 0.75f, 0), 8);

        assertEquals(
                new Outcome.Invalid("golden answer [0] is 0.25, model.json expects 0.0 within 1.0E-4"),
                PoolFixture.get(probe(model, Variant.TREATMENT)));
    }

    @Test
    void an_answer_within_the_cards_tolerance_passes() {
        Model model = bench.model("close", answering(0.00005f, 0.99995f, 0), 8);

        assertInstanceOf(Outcome.Answered.class, PoolFixture.get(probe(model, Variant.CONTROL)));
    }

    @Test
    void logits_are_compared_as_the_probabilities_that_callers_get() {
        Model model = bench.model("logits", answering(0, 0, 0), 8);
        // only their differences matter to callers: these logits are those of the card, each 5 more
        model.swap(logits("logits", answering(6, 7, 8), List.of(1f, 2f, 3f)));
        assertInstanceOf(Outcome.Answered.class, PoolFixture.get(probe(model, Variant.CONTROL)));

        model.swap(logits("logits", answering(3, 2, 1), List.of(1f, 2f, 3f)));
        assertInstanceOf(Outcome.Invalid.class, PoolFixture.get(probe(model, Variant.CONTROL)));
    }

    @Test
    void a_network_that_throws_fails_its_probe() {
        Model model = bench.model(
                "throwing",
                new FakeNetwork() {
                    @Override
                    NetworkOutput answer(float[] first) {
                        throw new IllegalStateException("out of order");
                    }
                },
                8);

        assertEquals(new Outcome.Failed("out of order"), PoolFixture.get(probe(model, Variant.TREATMENT)));
    }

    @Test
    void a_probe_ends_by_its_deadline_and_a_stuck_model_is_not_asked_again() {
        GatedNetwork network = new GatedNetwork();
        Model model = bench.model("hanging", network, 8);
        CompletableFuture<Outcome> first = probe(model, Variant.TREATMENT);
        network.awaitEntered();

        bench.time().advance(LONG);
        bench.expire();
        assertEquals(new Outcome.TimedOut(100), PoolFixture.get(first));

        bench.pool().lookAfterThreads(1);
        for (Variant role : Variant.values()) {
            assertInstanceOf(Outcome.Rejected.class, PoolFixture.get(probe(model, role)));
        }
        assertEquals(List.of(1), network.batches());

        network.open();
        await().until(() -> !model.stuck());
        assertInstanceOf(Outcome.Answered.class, PoolFixture.get(probe(model, Variant.TREATMENT)));
    }

    @Test
    void a_new_version_is_asked_and_answers_while_a_thread_is_stuck_in_the_old_one() {
        GatedNetwork network = new GatedNetwork();
        Model model = bench.model("hanging", network, 8);
        bench.occupy(model, network, Variant.TREATMENT);
        bench.time().advance(LONG);
        bench.pool().lookAfterThreads(1);
        assertTrue(model.stuck());

        model.swap(PoolFixture.loaded("hanging", "2", 1, new FakeNetwork()));

        assertInstanceOf(Outcome.Answered.class, PoolFixture.get(probe(model, Variant.TREATMENT)));
        assertEquals(1, bench.pool().stuck());
    }

    @Test
    void a_reload_during_the_probe_makes_its_answer_count_for_nothing() {
        GatedNetwork network = new GatedNetwork();
        Model model = bench.model("reloaded", network, 8);
        CompletableFuture<Outcome> probe = probe(model, Variant.CONTROL);
        network.awaitEntered();

        model.swap(PoolFixture.loaded("reloaded", "2", 1, new FakeNetwork()));
        network.open();

        assertInstanceOf(Outcome.Rejected.class, PoolFixture.get(probe));
    }

    private static CompletableFuture<Outcome> probe(Model model, Variant role) {
        return GoldenProbe.ask(model, role, PoolFixture.DEADLINE).subscribeAsCompletionStage();
    }

    /** A network that gives every question the same answer. */
    private static FakeNetwork answering(float... row) {
        return new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                FloatBuffer values = FloatBuffer.allocate(first.length * Actions.USUAL.size());
                for (int i = 0; i < first.length; i++) {
                    values.put(row);
                }
                return new NetworkOutput(new long[] {first.length, Actions.USUAL.size()}, values);
            }
        };
    }

    private static LoadedModel logits(String name, Network network, List<Float> golden) {
        ModelCard card = new ModelCard(
                "1",
                1,
                Actions.USUAL.names(),
                ModelCard.Output.LOGITS,
                new ModelCard.Golden(List.of(0f), golden, null),
                null);
        return new LoadedModel(name, card, "digest", network, PoolFixture.UNPADDED, Instant.EPOCH);
    }
}
