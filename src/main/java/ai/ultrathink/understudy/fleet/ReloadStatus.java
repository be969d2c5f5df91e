package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadProgress;
import java.util.List;

/**
 * A reload, and how far each replica is.
 *
 * @param state as it is now: while the moment of the switch is ahead it is still loading
 */
public record ReloadStatus(Reload reload, Reload.State state, List<ReloadProgress> progress) {

    public ReloadStatus {
        progress = List.copyOf(progress);
    }
}
