package ai.ultrathink.understudy.fleet;

import org.jspecify.annotations.Nullable;

/**
 * A wanted model on a replica that is alive.
 *
 * @param replica its name
 * @param digest of the version that serves there, as people see it, or null when none does
 * @param state {@code loading}, {@code loaded}, {@code waiting}, {@code failed} or {@code switched}
 * @param detail why, where that is not plain
 */
public record OnReplica(
        String replica,
        @Nullable String digest,
        String state,
        @Nullable String detail) {}
