package ai.ultrathink.understudy.notice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that sign notices, as Standard Webhooks has it: HMAC-SHA256 over id, time and body. There may be two while one replaces the
 * other.
 */
final class SigningKeys {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final String ALLOWED =
            "one line, or two to replace a secret, each whsec_ and 24 to 64 bytes in base64";
    private static final int MOST = 2;
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;

    private final List<SecretKeySpec> keys;

    private SigningKeys(List<SecretKeySpec> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads the text of a secret's file.
     *
     * @throws IllegalArgumentException if it is not valid, with a message that has nothing of it
     */
    static SigningKeys parse(String text) {
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty() || lines.size() > MOST) {
            throw new IllegalArgumentException("got " + lines.size() + " secrets; allowed: " + ALLOWED);
        }
        List<SecretKeySpec> keys = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            keys.add(new SecretKeySpec(key(lines.get(i), i + 1), ALGORITHM));
        }
        return new SigningKeys(keys);
    }

    private static byte[] key(String line, int number) {
        if (line.startsWith(PREFIX)) {
            try {
                byte[] key = Base64.getDecoder().decode(line.substring(PREFIX.length()));
                if (key.length >= SHORTEST && key.length <= LONGEST) {
                    return key;
                }
            } catch (IllegalArgumentException e) {
                // its message would have a part of the secret
            }
        }
        throw new IllegalArgumentException("secret " + number + " is not valid; allowed: " + ALLOWED);
    }

    /**
     * The header {@code webhook-signature}.
     *
     * @param seconds the header {@code webhook-timestamp}
     */
    String signature(String id, long seconds, String body) {
        byte[] content = (id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8);
        return keys.stream().map(key -> "v1," + mac(key, content)).collect(Collectors.joining(" "));
    }

    private static String mac(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return Base64.getEncoder().encodeToString(mac.doFinal(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }

    /** Nothing of the secret. */
    @Override
    public String toString() {
        return keys.size() + " secrets";
    }
}
