package ai.ultrathink.understudy.replica;

import org.jspecify.annotations.Nullable;

/**
 * Progress of one replica with one model of a reload.
 *
 * @param replica its name
 * @param state {@code loading}, {@code loaded}, {@code waiting}, {@code failed} or {@code switched}
 * @param detail the reason, or null
 */
public record ReloadProgress(
        String replica,
        String model,
        String state,
        @Nullable String detail) {}
