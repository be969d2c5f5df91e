package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.io.IOException;
import java.nio.file.Path;

/** Models for tests of other packages, whose directory has not been read yet. */
public final class UnreadModels implements AutoCloseable {

    private final FakeModelsDirectory directory;
    private final Models models;

    public UnreadModels(Path root) {
        directory = new FakeModelsDirectory(root);
        models = new Models(QuickInference.directory(root), new QuickInference(), directory, new ManualTime());
    }

    public Models models() {
        return models;
    }

    /** Adds a folder. */
    public void put(String name) throws IOException {
        directory.put(name, "1", new FakeNetwork());
    }

    @Override
    public void close() {
        models.stop();
    }
}
