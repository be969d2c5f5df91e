package ai.ultrathink.understudy.http.identity;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcEndpoint;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.quarkus.oidc.common.OidcResponseFilter;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.security.PublicKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/**
 * Lets only keys through as the keys of the identity provider, so that an answer without any does not replace those that
 * are known. Tokens that are signed with them are valid until they expire, whether the provider is there or not.
 */
@Singleton
@Unremovable
@OidcEndpoint(OidcEndpoint.Type.JWKS)
class ProviderKeys implements OidcRequestFilter, OidcResponseFilter {

    private volatile boolean answered;

    /** Whether the last question for keys has been answered with keys. */
    boolean areUpToDate() {
        return answered;
    }

    @Override
    public Uni<Void> filter(OidcRequestFilterContext question) {
        answered = false;
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Void> filter(OidcResponseFilterContext answer) {
        if (answer.statusCode() != 200) {
            return Uni.createFrom().voidItem();
        }
        try {
            String body =
                    answer.responseBody() == null ? "" : answer.responseBody().toString();
            answered = new JsonWebKeySet(body)
                    .getJsonWebKeys().stream().anyMatch(key -> key.getKey() instanceof PublicKey);
        } catch (JoseException | RuntimeException e) {
            return Uni.createFrom().failure(e);
        }
        return answered
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().failure(new IllegalStateException("the identity provider has no keys"));
    }
}
