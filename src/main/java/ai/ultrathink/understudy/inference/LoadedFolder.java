package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model's folder loaded without a service, with all checks of one. It is not changed.
 *
 * @param name the model's
 */
record LoadedFolder(String name, Path directory, TimeSource time) {

    private static final int MAX_BATCH = 64;

    /** Something done with a loaded model. */
    interface Use<T> {
        T of(LoadedModel model);
    }

    /** @throws IOException a {@link ModelRefusedException} if the folder cannot serve; the message says why */
    <T> T with(Use<T> use) throws IOException {
        ModelFolder folder = ModelFolder.unchanged(name, directory);
        FolderContents contents;
        try {
            contents = folder.contents();
        } catch (IOException e) {
            throw folder.refused(e);
        }
        if (contents.runtime() == ModelRuntime.REMOTE) {
            Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
            try {
                return used(RemoteModels.alone(vertx, time).load(folder, contents, MAX_BATCH), use);
            } finally {
                vertx.close();
            }
        }
        try (TorchThread torch = TorchThread.prepareCurrent()) {
            return used(folder.load(contents, new EngineNetworkLoader(), torch, MAX_BATCH, null, time), use);
        }
    }

    private static <T> T used(LoadedModel model, Use<T> use) {
        try {
            return use.of(model);
        } finally {
            model.release();
        }
    }

    /** What was loaded, on one line. */
    static String line(LoadedModel model) {
        return model.version().text() + ": takes " + model.card().inputSize() + " features, advises "
                + String.join(", ", model.card().actions()) + "; runs in "
                + model.batching().describe();
    }

    /** Removes a directory and what it holds, if it is there. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> found = Files.walk(directory)) {
            entries = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path entry : entries) {
            Files.delete(entry);
        }
    }
}
