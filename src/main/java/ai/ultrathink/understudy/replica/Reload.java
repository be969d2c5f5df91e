package ai.ultrathink.understudy.replica;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A reload, from when somebody asked for it. Times are the database's.
 *
 * @param actor who asked for it
 * @param replica the one that was asked
 * @param deadline when it is settled without those replicas that are not ready for it
 * @param state what it has come to
 * @param switchAt when the replicas switch, or null
 * @param detail why it has failed, or what was left out; or null
 * @param targets what is wanted; once it is settled, what came of it
 * @param progress how far each replica was when it was settled
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

    /** What a reload has come to. */
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
