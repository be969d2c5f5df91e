package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.testkit.Waiting.await;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A pool with models that tests build by hand, and time that they hold. */
final class PoolFixture implements AutoCloseable {

    /** A batch of any size, as it comes. */
    static final Batching UNPADDED = new Batching(1, 64, null);

    static final Duration DEADLINE = Duration.ofMillis(100);

    private final ManualTime time = new ManualTime();
    private final InferencePool pool;
    private final List<Model> models = new ArrayList<>();
    private final List<GatedNetwork> gated = new ArrayList<>();
    private final List<CompletableFuture<Outcome>> occupied = new ArrayList<>();

    PoolFixture(int threads, int maxBatch, int maxStuck) {
        pool = new InferencePool(threads, maxBatch, maxStuck, time);
        try {
            pool.start(torch -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    ManualTime time() {
        return time;
    }

    InferencePool pool() {
        return pool;
    }

    Model model(String name, Network network, int queueCapacity) {
        if (network instanceof GatedNetwork gate) {
            gated.add(gate);
        }
        Model model = new Model(name, loaded(name, "1", 1, network), pool, pool, queueCapacity, time);
        models.add(model);
        return model;
    }

    static LoadedModel loaded(String name, String version, int inputSize, Network network) {
        return new LoadedModel(name, card(version, inputSize), "digest " + version, network, UNPADDED, Instant.EPOCH);
    }

    static ModelCard card(String version, int inputSize) {
        List<Float> zeros = new ArrayList<>();
        for (int i = 0; i < inputSize; i++) {
            zeros.add(0f);
        }
        return new ModelCard(
                version,
                inputSize,
                Actions.USUAL.names(),
                ModelCard.Output.PROBABILITIES,
                new ModelCard.Golden(zeros, List.of(0f, 1f, 0f), null),
                null);
    }

    static CompletableFuture<Outcome> ask(Predictor model, Variant role, float... features) {
        return model.predict(Features.of(features), role, DEADLINE).subscribeAsCompletionStage();
    }

    /** Keeps a thread busy, from when this returns until the network's gate is opened. */
    void occupy(Model model, GatedNetwork network, Variant role) {
        occupied.add(running(model, network, role));
    }

    /** A call that a thread is busy with when this returns. */
    CompletableFuture<Outcome> running(Model model, GatedNetwork network, Variant role) {
        CompletableFuture<Outcome> running = ask(model, role, 0.5f);
        network.awaitEntered();
        return running;
    }

    /** What the deadline thread does. */
    void expire() {
        models.forEach(model -> model.expire(time.nanoTime()));
    }

    static Outcome get(CompletableFuture<Outcome> asked) {
        return asked.orTimeout(30, TimeUnit.SECONDS).join();
    }

    static float hold(CompletableFuture<Outcome> asked) {
        return switch (get(asked)) {
            case Outcome.Answered answered -> answered.answer().probability("HOLD");
            case Outcome.Failure failure -> throw new AssertionError(failure.code() + ": " + failure.detail());
        };
    }

    @Override
    public void close() {
        gated.forEach(GatedNetwork::open);
        occupied.forEach(PoolFixture::get);
        await().until(() -> pool.stuck() == 0);
        pool.close();
    }
}
