package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.remote.ClientSettings;
import ai.ultrathink.understudy.inference.remote.OipClient;
import ai.ultrathink.understudy.inference.remote.OipModelMetadata;
import ai.ultrathink.understudy.inference.remote.RemoteException;
import ai.ultrathink.understudy.inference.remote.RemoteTarget;
import ai.ultrathink.understudy.inference.remote.ServerMetadata;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Loads models that a server answers for. Each gets a client of its own; without such models there is nothing. */
@ApplicationScoped
class RemoteModels {

    private final @Nullable Vertx vertx;
    private final int passes;
    private final Duration connectWithin;
    private final Duration loadWithin;
    private final MeterRegistry registry;
    private final TimeSource time;

    @Inject
    RemoteModels(Vertx vertx, RemoteConfig config, MeterRegistry registry, TimeSource time) {
        this(vertx, config.passes(), config.connectWithin(), config.loadWithin(), registry, time);
    }

    RemoteModels(
            @Nullable Vertx vertx,
            int passes,
            Duration connectWithin,
            Duration loadWithin,
            MeterRegistry registry,
            TimeSource time) {
        this.vertx = vertx;
        this.passes = passes;
        this.connectWithin = connectWithin;
        this.loadWithin = loadWithin;
        this.registry = registry;
        this.time = time;
    }

    /** For a check without a service. */
    static RemoteModels alone(Vertx vertx, TimeSource time) {
        return new RemoteModels(
                vertx, 2, Duration.ofSeconds(2), Duration.ofSeconds(10), new SimpleMeterRegistry(), time);
    }

    /** For a directory without such models. */
    static RemoteModels none(TimeSource time) {
        return new RemoteModels(null, 2, Duration.ZERO, Duration.ZERO, new SimpleMeterRegistry(), time);
    }

    /**
     * Asks the server of a folder's model.
     *
     * @param maxRows the largest batch that the model will get
     * @throws ModelRefusedException if it cannot serve; the message says why
     */
    LoadedModel load(ModelFolder folder, FolderContents contents, int maxRows) throws ModelRefusedException {
        ModelCard card = CardReader.read(contents.card());
        RemoteTarget target = Objects.requireNonNull(card.remote(), "the runtime is remote");
        Context context = ((VertxInternal) Objects.requireNonNull(vertx)).createEventLoopContext();
        OipClient client = OipClient.of(target, context, new ClientSettings(passes, connectWithin), time::nanoTime);
        LoadedModel loaded = null;
        try {
            loaded = load(folder, contents, card, target, client, context, maxRows);
            return loaded;
        } catch (RemoteException e) {
            throw ModelRefusedException.byServer(target.describe() + ": " + e.detail());
        } catch (ModelRefusedException e) {
            throw ModelRefusedException.byServer(target.describe() + ": " + e.getMessage());
        } catch (IOException e) {
            throw folder.refused(e);
        } finally {
            if (loaded == null) {
                client.close();
            }
        }
    }

    private LoadedModel load(
            ModelFolder folder,
            FolderContents contents,
            ModelCard card,
            RemoteTarget target,
            OipClient client,
            Context context,
            int maxRows)
            throws IOException, RemoteException {
        RemoteQuestions questions = new RemoteQuestions(client, context, loadWithin, time);
        ServerMetadata said = questions.server();
        if (said.extensions().contains(ServerMetadata.BINARY_TENSORS)) {
            client.useBinaryTensors();
        }
        OipModelMetadata metadata = questions.model();
        RemoteSignature signature = RemoteSignature.of(card, target, metadata, maxRows);
        RemoteLoader.Found found =
                new RemoteLoader(folder, contents, questions, time).find(card, signature, metadata, maxRows);
        RemoteServer server =
                new RemoteServer(target, client, context, signature, metadata, found.version(), said.describe());
        RemoteArm arm =
                new RemoteArm(server, found.batching().most(), passes, new RemoteMeters(registry, folder.name()), time);
        LoadedModel loaded = new LoadedModel(
                        folder.name(),
                        found.card(),
                        contents.digest(),
                        new RemoteNetwork(client),
                        found.batching(),
                        time.now())
                .with(arm);
        return found.note() == null ? loaded : loaded.noting(found.note());
    }
}
