package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.testkit.Waiting.await;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.testkit.OipServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Models in a folder, one of them on a server, and time that tests hold. */
final class RemoteFixture implements AutoCloseable {

    static final String NAME = "far";
    static final Duration DEADLINE = Duration.ofMillis(100);
    static final int PASSES = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ManualTime time = new ManualTime();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Path root;
    private final FakeModelsDirectory here;
    private final Models models;

    RemoteFixture(Path root) {
        this.root = root;
        this.here = new FakeModelsDirectory(root);
        this.models = new Models(
                QuickInference.directory(root),
                new QuickInference(),
                here,
                new RemoteModels(vertx, PASSES, Duration.ofSeconds(5), PATIENCE, registry, time),
                time,
                TreatmentRuntime.InProcess::new,
                model -> Optional.empty());
        models.watchDeadlines();
    }

    void write(String card) throws IOException {
        Files.createDirectories(root.resolve(NAME));
        Files.writeString(root.resolve(NAME).resolve("model.json"), card);
    }

    /** Has a network of this process in the folder, which takes one feature. */
    void putHere() throws IOException {
        here.put(NAME, "8", new FakeNetwork());
    }

    /** Loads the model; its status. */
    ModelStatus load(String card) throws IOException {
        write(card);
        return reload();
    }

    ModelStatus reload() {
        return models.reload().await().atMost(PATIENCE.multipliedBy(2)).stream()
                .filter(status -> status.name().equals(NAME))
                .findFirst()
                .orElseThrow();
    }

    ModelStatus status() {
        return models.status().getFirst();
    }

    CompletableFuture<Outcome> ask(Variant role, float... features) {
        return models.find(NAME)
                .orElseThrow()
                .predict(Features.of(features), role, DEADLINE)
                .subscribeAsCompletionStage();
    }

    static Outcome get(CompletableFuture<Outcome> asked) {
        return asked.orTimeout(30, TimeUnit.SECONDS).join();
    }

    Outcome probe(Variant role) {
        return models.probe(NAME, role, DEADLINE).await().atMost(PATIENCE);
    }

    /** As if the version were replaced at this moment. */
    void closeClient() {
        Model model = (Model) models.find(NAME).orElseThrow();
        Objects.requireNonNull(model.current().arm()).server().client().close();
    }

    /** Waits until the server has understood so many passes. */
    static void awaitPasses(OipServer server, int passes) {
        await().atMost(PATIENCE).until(() -> server.batches().size() >= passes);
    }

    ManualTime time() {
        return time;
    }

    Models models() {
        return models;
    }

    SimpleMeterRegistry registry() {
        return registry;
    }

    @Override
    public void close() {
        models.stop();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
