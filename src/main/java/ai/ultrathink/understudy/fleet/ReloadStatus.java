package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadProgress;
import java.util.List;

/**
 * A reload with the progress of each replica.
 *
 * @param state the present state: until the switch it is still loading
 */
public record ReloadStatus(Reload reload, Reload.State state, List<ReloadProgress> progress) {

    public ReloadStatus {
        progress = List.copyOf(progress);
    }
}
