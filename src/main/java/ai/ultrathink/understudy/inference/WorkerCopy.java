package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.ModelVersion;
import org.jspecify.annotations.Nullable;

/** The copy of one version in the worker. Each new worker loads it again from its folder. */
final class WorkerCopy {

    private final int handle;
    private final ModelFolder folder;
    private final String digest;
    private final int maxRows;
    private volatile @Nullable Batching batching;
    // why it cannot be asked now, although the worker serves
    private volatile @Nullable String missing = "it is not loaded yet";

    WorkerCopy(int handle, ModelFolder folder, String digest, int maxRows) {
        this.handle = handle;
        this.folder = folder;
        this.digest = digest;
        this.maxRows = maxRows;
    }

    int handle() {
        return handle;
    }

    ModelFolder folder() {
        return folder;
    }

    String digest() {
        return digest;
    }

    int maxRows() {
        return maxRows;
    }

    /** For readers. */
    String text() {
        return "model " + folder.name() + "#" + ModelVersion.shown(digest);
    }

    /** How its rows run together, once it was loaded. */
    @Nullable Batching batching() {
        return batching;
    }

    void loaded(Batching how) {
        batching = how;
        missing = null;
    }

    void missing(String why) {
        missing = why;
    }

    /** Why it cannot be asked, or null if it can. */
    @Nullable String missing() {
        return missing;
    }
}
