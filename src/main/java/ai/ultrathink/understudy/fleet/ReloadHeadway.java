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
 * Progress of a replica with one model of a reload.
 *
 * @param detail the reason, or null
 */
record ReloadHeadway(State state, @Nullable String detail) {

    /** States in order; the last two are off the normal path. */
    enum State {
        /** The folder has the version, and it is being loaded. */
        LOADING,
        /** It is loaded, has answered its golden question, and could serve at once. */
        LOADED,
        /** It serves. */
        SWITCHED,
        /** The folder has another version, or there is no folder. */
        WAITING,
        /** The folder has the version, but it does not load. */
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

    /** Whether the replica could serve the target at once, or already does. */
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
