package ai.ultrathink.understudy.http.identity;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A line of the tokens file: the SHA-256 of a token, and who has it. The token itself is not known here. */
final class Token {

    private static final String EMPTY_TOKEN = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final byte[] sha256;
    private final Uni<SecurityIdentity> identity;

    private Token(byte[] sha256, Uni<SecurityIdentity> identity) {
        this.sha256 = sha256;
        this.identity = identity;
    }

    /** Whether this is the hash of the token; a comparison takes as long for each. */
    boolean hasHash(byte[] other) {
        return MessageDigest.isEqual(sha256, other);
    }

    /** The hash in hexadecimal digits. */
    String hash() {
        return HexFormat.of().formatHex(sha256);
    }

    /** Who has the token. */
    Uni<SecurityIdentity> identity() {
        return identity;
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if the hash is not valid; the message has nothing of it
     */
    static Token of(CallerLine line) {
        String hash = line.credential();
        if (!hash.matches("[0-9A-Fa-f]{64}")) {
            throw line.refused(hash.length() + " characters as the hash", "64 hexadecimal digits");
        }
        if (hash.equalsIgnoreCase(EMPTY_TOKEN)) {
            throw line.refused("the hash of nothing", "the hash of a token; was the token given to sha256sum?");
        }
        return new Token(HexFormat.of().parseHex(hash), line.identity());
    }
}
