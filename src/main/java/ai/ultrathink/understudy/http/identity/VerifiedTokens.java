package ai.ultrathink.understudy.http.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of the identity provider that were valid a moment ago, so that a caller's next request costs no signature. What
 * is not valid is not kept, so only valid tokens fill it.
 */
final class VerifiedTokens {

    /** A key that the provider has withdrawn counts no longer than this. */
    static final Duration LONGEST = Duration.ofMinutes(1);

    static final int MOST = 1000;

    private final Map<String, Credential.Valid> tokens = new ConcurrentHashMap<>();

    /** What is known of a token, or null. */
    Credential.@Nullable Valid find(String token, Instant now) {
        Credential.Valid found = tokens.get(token);
        return found == null || !now.isBefore(found.expires()) ? null : found;
    }

    /** Keeps a token until it ends, if there is room. */
    void keep(String token, Credential.Valid valid, Instant now) {
        if (tokens.size() >= MOST) {
            tokens.values().removeIf(old -> !now.isBefore(old.expires()));
        }
        if (tokens.size() < MOST) {
            Instant latest = now.plus(LONGEST);
            tokens.put(
                    token, valid.expires().isBefore(latest) ? valid : new Credential.Valid(valid.identity(), latest));
        }
    }
}
