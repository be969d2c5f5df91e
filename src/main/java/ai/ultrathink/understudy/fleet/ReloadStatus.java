package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.storage.ReloadProgress;
import ai.ultrathink.understudy.storage.StoredReload;
import java.util.List;

/**
 * A reload, and how far each replica is.
 *
 * @param state as it is now: while the moment of the switch is ahead it is still loading
 */
public record ReloadStatus(StoredReload reload, StoredReload.State state, List<ReloadProgress> progress) {

    public ReloadStatus {
        progress = List.copyOf(progress);
    }
}
