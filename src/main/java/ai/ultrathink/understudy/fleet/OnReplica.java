package ai.ultrathink.understudy.fleet;

import org.jspecify.annotations.Nullable;

/**
 * State of a wanted model on a live replica.
 *
 * @param replica its name
 * @param digest the first digits of the version that serves there, or null if none does
 * @param state {@code loading}, {@code loaded}, {@code waiting}, {@code failed} or {@code switched}
 * @param detail the reason, or null
 */
public record OnReplica(
        String replica,
        @Nullable String digest,
        String state,
        @Nullable String detail) {}
