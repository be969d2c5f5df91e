package ai.ultrathink.understudy.replica;

import org.jspecify.annotations.Nullable;

/**
 * How far a replica is with one model of a reload.
 *
 * @param replica its name
 * @param state {@code loading}, {@code loaded}, {@code waiting}, {@code failed} or {@code switched}
 * @param detail why, where that is not plain
 */
public record ReloadProgress(
        String replica,
        String model,
        String state,
        @Nullable String detail) {}
