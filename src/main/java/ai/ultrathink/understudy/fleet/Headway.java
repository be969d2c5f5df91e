package ai.ultrathink.understudy.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.storage.ReloadProgress;
import ai.ultrathink.understudy.storage.ReloadTarget;
import ai.ultrathink.understudy.storage.StoredReplica;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a replica is with one model.
 *
 * @param detail why, where that is not plain
 */
record Headway(State state, @Nullable String detail) {

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

    static Headway of(StoredReplica replica, ReloadTarget target) {
        Optional<ModelInMemory> model = replica.find(target.model());
        ModelVersion version = target.version();
        if (version == null) {
            return model.map(Headway::leaving).orElse(new Headway(State.SWITCHED, null));
        }
        return model.map(there -> of(there, version.digest()))
                .orElse(new Headway(State.WAITING, "it has no folder of that name"));
    }

    private static Headway leaving(ModelInMemory model) {
        return model.gone() ? new Headway(State.LOADED, null) : new Headway(State.WAITING, "its folder is still there");
    }

    private static Headway of(ModelInMemory model, String digest) {
        if (model.serves(digest)) {
            return new Headway(State.SWITCHED, null);
        }
        if (model.has(digest)) {
            return new Headway(State.LOADED, null);
        }
        String folder = model.folder();
        String problem = model.problem();
        if (digest.equals(folder)) {
            return problem == null ? new Headway(State.LOADING, null) : new Headway(State.FAILED, problem);
        }
        return new Headway(
                State.WAITING, folder == null ? problem : "its folder has version #" + ModelVersion.shown(folder));
    }

    /** Whether a replica could serve as the target says, or does already. */
    boolean ready() {
        return state == State.LOADED || state == State.SWITCHED;
    }

    static ReloadProgress progress(StoredReplica replica, ReloadTarget target) {
        Headway headway = of(replica, target);
        return new ReloadProgress(replica.name(), target.model(), headway.wireName(), headway.detail());
    }

    String wireName() {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
