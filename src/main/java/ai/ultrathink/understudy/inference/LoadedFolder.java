package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.torch.TorchThread;
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
        T of(LoadedModel model, TorchThread torch);
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
        try (TorchThread torch = TorchThread.prepareCurrent()) {
            LoadedModel model = folder.load(contents, new EngineNetworkLoader(), torch, MAX_BATCH, null, time);
            try {
                return use.of(model, torch);
            } finally {
                model.release();
            }
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
