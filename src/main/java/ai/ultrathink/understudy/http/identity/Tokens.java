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

    private static final String FORM =
            "a line with name, roles and SHA-256 of the token, such as \"ada viewer,operator 9f86d0…\"";

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException if a line is not valid, or if one token is there twice
     */
    static Tokens parse(String text) {
        List<Token> tokens = new ArrayList<>();
        Set<String> hashes = new HashSet<>();
        for (CallerLine line : CallerLine.parse(text, -1, FORM)) {
            Token token = Token.of(line);
            if (!hashes.add(token.hash())) {
                throw line.refused("a token that an earlier line has", "each token once");
            }
            tokens.add(token);
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
