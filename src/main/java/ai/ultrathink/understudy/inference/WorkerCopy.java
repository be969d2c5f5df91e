package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.ModelVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The copy of one version in the worker. Each new worker loads it again from its folder. */
final class WorkerCopy {

    /** A version that hangs while it loads ends the worker, and costs the others some seconds each time. */
    private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();

    private static final long LONGEST_PAUSE_NANOS = Duration.ofHours(1).toNanos();

    private final int handle;
    private final ModelFolder folder;
    private final String digest;
    private final int maxRows;
    private volatile @Nullable Batching batching;
    // why it cannot be asked now, although the worker serves
    private volatile @Nullable String missing = "it is not loaded yet";
    // when it is tried again that did not load; used by the thread of the supervisor alone, as long as the pause
    private long dueNanos;
    private long pauseNanos;

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
        pauseNanos = 0;
    }

    /** It did not load: it rests, each time twice as long. */
    void lost(String why, long nowNanos) {
        missing = why;
        pauseNanos = pauseNanos == 0 ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        dueNanos = nowNanos + pauseNanos;
    }

    /** Whether it did not load, and has rested long enough to be tried again. */
    boolean due(long nowNanos) {
        return lost() && nowNanos - dueNanos >= 0;
    }

    boolean lost() {
        return pauseNanos > 0;
    }

    /** Why it cannot be asked, or null if it can. */
    @Nullable String missing() {
        return missing;
    }
}
