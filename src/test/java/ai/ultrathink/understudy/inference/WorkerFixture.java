package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.testkit.Waiting.await;

import ai.ultrathink.understudy.WorkerCommands;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.worker.WorkerProgram;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Models whose treatments run in a real worker. */
final class WorkerFixture implements AutoCloseable {

    static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final Duration AGAIN_WITHIN = Duration.ofMinutes(1);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final List<OutOfUse> outOfUse = new CopyOnWriteArrayList<>();
    private final Models models;

    WorkerFixture(Path directory, TreatmentConfig config) {
        TimeSource time = new RunningTime();
        QuickInference inference = new QuickInference();
        models = new Models(
                QuickInference.directory(directory),
                inference,
                new EngineNetworkLoader(),
                time,
                pool -> new InWorker(
                        config,
                        inference,
                        new WorkerProgram(WorkerCommands.ofTheClassesUnderTest().words()),
                        1,
                        new WorkerMeters(registry),
                        outOfUse::add,
                        time));
        models.watchDeadlines();
    }

    /** Time as it passes. */
    private static final class RunningTime implements TimeSource {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    }

    List<ModelStatus> load() {
        return models.reload().await().atMost(Duration.ofMinutes(2));
    }

    Models models() {
        return models;
    }

    /** The events so far. */
    List<OutOfUse> outOfUse() {
        return outOfUse;
    }

    MeterRegistry registry() {
        return registry;
    }

    CompletableFuture<Outcome> ask(String model, Variant role, Features row) {
        return models.find(model).orElseThrow().predict(row, role, DEADLINE).subscribeAsCompletionStage();
    }

    Outcome answer(String model, Variant role, Features row) {
        return PoolFixture.get(ask(model, role, row));
    }

    /** The process of the worker that answers. */
    ProcessHandle worker() {
        awaitServing();
        String state = models.worker().orElseThrow();
        return ProcessHandle.of(Long.parseLong(state.substring(state.lastIndexOf(' ') + 1)))
                .orElseThrow();
    }

    void awaitServing() {
        await("the worker serves")
                .atMost(AGAIN_WITHIN)
                .until(() -> models.worker().orElse("").startsWith("serving in process"));
    }

    @Override
    public void close() {
        models.stop();
    }
}
