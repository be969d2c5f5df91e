package ai.ultrathink.understudy.http.identity;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcEndpoint;
import io.quarkus.oidc.common.OidcResponseFilter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Checks what the identity provider says of itself. Without the address of its keys Quarkus would take it for a provider
 * without keys, for good.
 */
@Singleton
@Unremovable
@OidcEndpoint(OidcEndpoint.Type.DISCOVERY)
class ProviderDiscovery implements OidcResponseFilter {

    private static final Logger LOG = Logger.getLogger(ProviderDiscovery.class);

    private final AccessSettings settings;
    private volatile @Nullable String reported;

    ProviderDiscovery(AccessSettings settings) {
        this.settings = settings;
    }

    @Override
    public Uni<Void> filter(OidcResponseFilterContext answer) {
        if (answer.statusCode() != 200) {
            return Uni.createFrom().voidItem();
        }
        String problem = problem(
                answer.responseBody() == null ? "" : answer.responseBody().toString());
        if (problem == null) {
            return Uni.createFrom().voidItem();
        }
        if (!problem.equals(reported)) {
            reported = problem;
            LOG.error(problem);
        }
        return Uni.createFrom().failure(new IllegalStateException(problem));
    }

    /** What is wrong with the answer, or null. */
    private @Nullable String problem(String body) {
        String issuer = settings.oidc() == null ? "" : settings.oidc().issuer();
        String subject = "OIDC_ISSUER: what " + issuer + "/.well-known/openid-configuration answers ";
        try {
            JsonObject document = new JsonObject(body);
            if (!(document.getValue("jwks_uri") instanceof String)) {
                return subject + "has no jwks_uri";
            }
            return issuer.equals(document.getValue("issuer"))
                    ? null
                    : subject + "has the issuer " + document.getValue("issuer");
        } catch (DecodeException e) {
            return subject + "is no JSON object";
        }
    }
}
