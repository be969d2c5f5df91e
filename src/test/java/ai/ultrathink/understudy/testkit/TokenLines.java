package ai.ultrathink.understudy.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Lines of a file of tokens. */
public final class TokenLines {

    public static final List<String> ROLES = List.of("caller", "viewer", "operator", "approver", "admin");

    private TokenLines() {}

    /** A token for each role: it has the role's name. */
    public static String everyRole() {
        return ROLES.stream()
                .map(role -> role + "-token " + role + " " + sha256(role))
                .collect(Collectors.joining("\n"));
    }

    /** What a line has of its token. */
    public static String sha256(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
