package ai.ultrathink.understudy.replica;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A reload, from the request on. Times are the database's.
 *
 * @param actor who requested it
 * @param replica the replica that got the request
 * @param deadline when it is completed without the replicas that are not ready
 * @param state its progress
 * @param switchAt when the replicas switch, or null
 * @param detail why it failed, or what was left out; or null
 * @param targets the wanted versions; once it is completed, the resulting ones
 * @param progress the progress of each replica at completion
 */
public record Reload(
        UUID id,
        String actor,
        String replica,
        Instant startedAt,
        Instant deadline,
        State state,
        @Nullable Instant switchAt,
        @Nullable String detail,
        List<ReloadTarget> targets,
        List<ReloadProgress> progress) {

    /** State of a reload. */
    public enum State {
        LOADING,
        SWITCHED,
        FAILED
    }

    public Reload {
        targets = List.copyOf(targets);
        progress = List.copyOf(progress);
    }
}
