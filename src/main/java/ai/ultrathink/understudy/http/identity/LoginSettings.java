package ai.ultrathink.understudy.http.identity;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the login of people for the console.
 *
 * @param clientId the name of the console at the identity provider
 * @param secret null for a client without one
 */
record LoginSettings(String clientId, @Nullable String secret) {

    private static final String CLIENT_ID = "OIDC_CLIENT_ID";
    private static final String CLIENT_SECRET = "OIDC_CLIENT_SECRET";

    /** Cookies are encrypted with the secret; a shorter one could be guessed from a cookie. */
    private static final int SHORTEST_SECRET = 32;

    /**
     * Reads the settings.
     *
     * @param setting the value of an environment variable
     * @return null where no login is offered
     * @throws IllegalArgumentException with a message of one line, which has nothing of the secret
     */
    static @Nullable LoginSettings of(Function<String, Optional<String>> setting) {
        String clientId = setting.apply(CLIENT_ID).orElse(null);
        String secret = setting.apply(CLIENT_SECRET).orElse(null);
        if (clientId == null) {
            if (secret != null) {
                throw AccessSettings.refused(CLIENT_ID, "", "with OIDC_CLIENT_SECRET the client that has the secret");
            }
            return null;
        }
        if (secret != null && secret.length() < SHORTEST_SECRET) {
            throw new IllegalArgumentException(CLIENT_SECRET + ": got " + secret.length() + " characters; allowed: "
                    + SHORTEST_SECRET + " or more, because the cookies of logins are encrypted with it");
        }
        return new LoginSettings(clientId, secret);
    }

    /** Nothing of the secret. */
    @Override
    public String toString() {
        return "client " + clientId;
    }
}
