package ai.ultrathink.understudy.http.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the Authorization headers of a request carry.
 *
 * @param token a character for each of its bytes, as the server decodes headers, or null
 * @param problem why there is none, or null
 */
public record BearerToken(@Nullable String token, @Nullable String problem) {

    /** The value of WWW-Authenticate when no credential was sent. */
    public static final String CHALLENGE = "Bearer realm=\"understudy\"";

    private static final String SCHEME = "Bearer ";
    private static final String ALLOWED = "; allowed: Bearer and a token";

    /** Longer ones are not looked at. A token of an identity provider has some KiB when its owner is in many groups. */
    private static final int LONGEST = 16 * 1024;

    /**
     * The value of WWW-Authenticate.
     *
     * @param given whether a credential was sent
     */
    public static String challenge(boolean given) {
        return given ? CHALLENGE + ", error=\"invalid_token\"" : CHALLENGE;
    }

    /** Reads the headers. Nothing of a token is in the problem. */
    public static BearerToken of(List<String> authorization) {
        if (authorization.isEmpty()) {
            return problem("Authorization: got none" + ALLOWED);
        }
        if (authorization.size() > 1) {
            return problem("Authorization: got " + authorization.size() + " headers" + ALLOWED + ", once");
        }
        String header = authorization.getFirst().strip();
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return problem("Authorization: got another scheme or no token" + ALLOWED);
        }
        String token = header.substring(SCHEME.length()).strip();
        return token.isEmpty() || token.length() > LONGEST
                ? problem("Authorization: got a token of " + token.length() + " characters" + ALLOWED)
                : new BearerToken(token, null);
    }

    private static BearerToken problem(String problem) {
        return new BearerToken(null, problem);
    }
}
