package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.request.Roles;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** A line of the tokens file: the SHA-256 of a token, and who has it. The token itself is not known here. */
final class Token {

    private static final String FORM = "a line with name, roles and SHA-256 of the token, such as"
            + " \"ada viewer,operator 9f86d0…\"; a comment has a line of its own, which begins with #";

    private static final String EMPTY_TOKEN = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private final byte[] sha256;
    private final Uni<SecurityIdentity> identity;

    private Token(byte[] sha256, SecurityIdentity identity) {
        this.sha256 = sha256;
        this.identity = Uni.createFrom().item(identity);
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
     * @param number of the line, from 1
     * @throws IllegalArgumentException if it is not valid; the message has nothing of the hash
     */
    static Token of(int number, String line) {
        String[] parts = line.strip().split("\\s+", -1);
        if (parts.length != 3) {
            throw refused(number, parts.length + " words", FORM);
        }
        String hash = parts[2];
        if (!hash.matches("[0-9A-Fa-f]{64}")) {
            throw refused(number, hash.length() + " characters as the hash", "64 hexadecimal digits");
        }
        if (hash.equalsIgnoreCase(EMPTY_TOKEN)) {
            throw refused(number, "the hash of nothing", "the hash of a token; was the token given to sha256sum?");
        }
        List<String> roles = List.of(parts[1].split(",", -1));
        for (String role : roles) {
            if (!Roles.ALL.contains(role)) {
                throw refused(number, "the role \"" + role + "\"", String.join(", ", Roles.ALL));
            }
        }
        return new Token(HexFormat.of().parseHex(hash), identity(name(number, parts[0]), Set.copyOf(roles)));
    }

    private static String name(int number, String name) {
        try {
            return Actors.notReserved("name", IdentifierRules.id("name", name));
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
    }

    private static SecurityIdentity identity(String name, Set<String> roles) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(name))
                .addRoles(Roles.withIncluded(roles))
                .build();
    }

    private static IllegalArgumentException refused(int number, String got, String allowed) {
        return new IllegalArgumentException("line " + number + ": got " + got + "; allowed: " + allowed);
    }
}
