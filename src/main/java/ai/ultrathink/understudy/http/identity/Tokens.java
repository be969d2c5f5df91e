package ai.ultrathink.understudy.http.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tokens of a file. */
record Tokens(List<Token> all) {

    private static final int MOST = 1000;

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if a line is not valid, or if one token is there twice
     */
    static Tokens parse(String text) {
        List<Token> tokens = new ArrayList<>();
        Set<String> hashes = new HashSet<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            Token token = Token.of(number, line);
            if (!hashes.add(token.hash())) {
                throw new IllegalArgumentException(
                        "line " + number + ": got a token that an earlier line has; allowed: each token once");
            }
            tokens.add(token);
        }
        if (tokens.size() > MOST) {
            throw new IllegalArgumentException("got " + tokens.size() + " tokens; allowed: " + MOST);
        }
        return new Tokens(List.copyOf(tokens));
    }

    /**
     * The token that a caller has sent, or null. The search takes as long for each of them, and if there is none.
     *
     * @param text a character for each byte
     */
    @Nullable Token find(String text) {
        byte[] sha256 = sha256(text.getBytes(StandardCharsets.ISO_8859_1));
        Token found = null;
        for (Token token : all) {
            if (token.hasHash(sha256)) {
                found = token;
            }
        }
        return found;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing of the tokens. */
    @Override
    public String toString() {
        return all.size() + " tokens";
    }
}
