package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.testkit.TokenIssuer;
import io.vertx.core.json.JsonArray;
import java.time.Instant;

/** Issues one token that is valid for an hour, and answers for its key until it is ended. Prints its URL and the token, a line each. */
final class Issuer {

    private Issuer() {}

    /**
     * Runs until it is ended.
     *
     * @param args the roles of the token
     */
    public static void main(String[] args) throws Exception {
        try (TokenIssuer issuer = TokenIssuer.start()) {
            JsonArray roles = new JsonArray();
            for (String role : args) {
                roles.add(role);
            }
            System.out.println(issuer.url());
            System.out.println(issuer.sign(issuer.claims("bench")
                    .put("groups", roles)
                    .put("exp", Instant.now().plusSeconds(3_600).getEpochSecond())));
            Thread.currentThread().join();
        }
    }
}
