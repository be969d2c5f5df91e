package ai.ultrathink.understudy.inference;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State of one folder of the models directory.
 *
 * @param name the folder's name
 * @param version the version that is loaded, or null if none is
 * @param parameters the number of weights, from the card
 * @param inputSize the number of features that it takes
 * @param actions the actions that it advises, in the order of its output
 * @param loadedAt when it began to serve
 * @param state whether it serves. Stale: the folder has changed and does not load, and the earlier model still serves;
 *     Failed: there is no version to serve; Withheld: the fleet serves a version that this process does not have;
 *     Ignored: the folder is not a model
 * @param reason why the folder does not load, or does not serve, or null
 * @param digest the version that serves, or null if none does
 * @param batching how its rows run together, such as {@code blocks of 64} or {@code row by row}
 * @param note what readers should know: why larger batches are not possible, how its golden answer is known; or null
 */
public record ModelStatus(
        String name,
        @Nullable String version,
        @Nullable Long parameters,
        @Nullable Integer inputSize,
        @Nullable List<String> actions,
        @Nullable Instant loadedAt,
        State state,
        @Nullable String reason,
        @Nullable String digest,
        @Nullable String batching,
        @Nullable String note) {

    /** State of a folder. */
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
                card.actions(),
                loaded.loadedAt(),
                reason == null ? State.LOADED : State.STALE,
                reason,
                loaded.digest(),
                loaded.batching().describe(),
                loaded.note());
    }

    static ModelStatus failed(String name, String reason) {
        return new ModelStatus(name, null, null, null, null, null, State.FAILED, reason, null, null, null);
    }

    static ModelStatus ignored(String name, String reason) {
        return new ModelStatus(name, null, null, null, null, null, State.IGNORED, reason, null, null, null);
    }

    static ModelStatus withheld(String name, String reason) {
        return new ModelStatus(name, null, null, null, null, null, State.WITHHELD, reason, null, null, null);
    }
}
