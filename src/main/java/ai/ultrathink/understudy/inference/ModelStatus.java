package ai.ultrathink.understudy.inference;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One folder of the models directory, as it stands.
 *
 * @param name the folder's name
 * @param version of the model that is loaded, or null when none is
 * @param parameters how many weights it has, as its card says
 * @param inputSize how many features it takes
 * @param loadedAt since when it serves
 * @param state whether it serves. Stale: the folder has changed and does not load, the model from before serves on;
 *     Failed: nothing to serve; Withheld: the fleet serves another version than this process has;
 *     Ignored: the folder is no model's
 * @param reason why the folder does not load, or does not serve, or null
 * @param digest of the version that serves, or null when none does
 * @param batching how its rows run together, such as {@code blocks of 64} or {@code row by row}
 * @param note why they do not run in larger batches, or null when nothing keeps them from it
 */
public record ModelStatus(
        String name,
        @Nullable String version,
        @Nullable Long parameters,
        @Nullable Integer inputSize,
        @Nullable Instant loadedAt,
        State state,
        @Nullable String reason,
        @Nullable String digest,
        @Nullable String batching,
        @Nullable String note) {

    /** How a folder stands. */
    public enum State {
        LOADED,
        STALE,
        FAILED,
        WITHHELD,
        IGNORED
    }

    static ModelStatus of(String name, LoadedModel loaded, @Nullable String reason) {
        ModelCard card = loaded.card();
        return new ModelStatus(
                name,
                card.version(),
                card.parameters(),
                card.inputSize(),
                loaded.loadedAt(),
                reason == null ? State.LOADED : State.STALE,
                reason,
                loaded.digest(),
                loaded.batching().describe(),
                loaded.batching().note());
    }

    static ModelStatus failed(String name, String reason) {
        return new ModelStatus(name, null, null, null, null, State.FAILED, reason, null, null, null);
    }

    static ModelStatus ignored(String name, String reason) {
        return new ModelStatus(name, null, null, null, null, State.IGNORED, reason, null, null, null);
    }

    static ModelStatus withheld(String name, String reason) {
        return new ModelStatus(name, null, null, null, null, State.WITHHELD, reason, null, null, null);
    }
}
