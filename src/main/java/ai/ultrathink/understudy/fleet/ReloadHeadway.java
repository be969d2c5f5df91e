package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.replica.ReloadProgress;
import ai.ultrathink.understudy.replica.ReloadTarget;
import ai.ultrathink.understudy.replica.ReplicaState;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a replica is with one model.
 *
 * @param detail why, where that is not plain
 */
record ReloadHeadway(State state, @Nullable String detail) {

    /** In the order in which a replica goes through them, but for the last two. */
    enum State {
        /** The folder has it, and it is being loaded. */
        LOADING,
        /** It is loaded and has answered its golden question, and could answer from one moment to the next. */
        LOADED,
        /** It answers. */
        SWITCHED,
        /** The folder has another version, or there is no such folder. */
        WAITING,
        /** The folder has it, and it does not load. */
        FAILED
    }

    static ReloadHeadway of(ReplicaState replica, ReloadTarget target) {
        Optional<ModelInMemory> model = replica.find(target.model());
        ModelVersion version = target.version();
        if (version == null) {
            return model.map(ReloadHeadway::leaving).orElse(new ReloadHeadway(State.SWITCHED, null));
        }
        return model.map(there -> of(there, version.digest()))
                .orElse(new ReloadHeadway(State.WAITING, "it has no folder of that name"));
    }

    private static ReloadHeadway leaving(ModelInMemory model) {
        return model.gone()
                ? new ReloadHeadway(State.LOADED, null)
                : new ReloadHeadway(State.WAITING, "its folder is still there");
    }

    private static ReloadHeadway of(ModelInMemory model, String digest) {
        if (model.serves(digest)) {
            return new ReloadHeadway(State.SWITCHED, null);
        }
        if (model.has(digest)) {
            return new ReloadHeadway(State.LOADED, null);
        }
        String folder = model.folder();
        String problem = model.problem();
        if (digest.equals(folder)) {
            return problem == null ? new ReloadHeadway(State.LOADING, null) : new ReloadHeadway(State.FAILED, problem);
        }
        return new ReloadHeadway(
                State.WAITING, folder == null ? problem : "its folder has version #" + ModelVersion.shown(folder));
    }

    /** Whether a replica could serve as the target says, or does already. */
    boolean ready() {
        return state == State.LOADED || state == State.SWITCHED;
    }

    static ReloadProgress progress(ReplicaState replica, ReloadTarget target) {
        ReloadHeadway headway = of(replica, target);
        return new ReloadProgress(replica.name(), target.model(), headway.wireName(), headway.detail());
    }

    String wireName() {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
