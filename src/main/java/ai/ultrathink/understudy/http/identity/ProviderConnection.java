package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.TimeSource;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Makes Quarkus fetch what the identity provider publishes, its keys above all. One attempt at a time, which all
 * requests wait for, with a pause after each that fails. Later the keys are fetched again from time to time, so that one that the provider
 * has withdrawn ends here, too; if that fails they stay.
 */
@Singleton
class ProviderConnection {

    private static final Logger LOG = Logger.getLogger(ProviderConnection.class);

    private static final Duration KEYS_EVERY = Duration.ofMinutes(5);

    /** Belongs to no caller; Quarkus fetches what it needs before it looks at a token. */
    private static final String NO_TOKEN = "none";

    private final AccessSettings settings;
    private final TenantConfigBean tenants;
    private final ConnectionAttempts attempts;

    private boolean reported;
    private Cancellable fetching = () -> {};

    ProviderConnection(AccessSettings settings, TenantConfigBean tenants, TimeSource time) {
        this.settings = settings;
        this.tenants = tenants;
        this.attempts = new ConnectionAttempts(time, this::isThere);
    }

    /** Whether the keys of the provider are known. */
    boolean isThere() {
        return tenants.getDynamicTenant(ProviderTenant.ID) != null;
    }

    /**
     * Fetches the keys of the provider unless that was tried a moment ago. Says whether they are known.
     *
     * @param request any request, of which only the data are used
     */
    Uni<Boolean> connect(RoutingContext request, IdentityProviderManager quarkus) {
        return attempts.connect(
                () -> quarkus.authenticate(HttpSecurityUtils.setRoutingContextAttribute(
                        new TokenAuthenticationRequest(new AccessTokenCredential(NO_TOKEN)), request)),
                this::ended);
    }

    private synchronized void ended(boolean there) {
        String issuer = settings.oidc() == null ? "" : settings.oidc().issuer();
        if (there) {
            LOG.infof("the keys of the identity provider %s are known", issuer);
            fetching = Multi.createFrom()
                    .ticks()
                    .startingAfter(KEYS_EVERY)
                    .every(KEYS_EVERY)
                    .onOverflow()
                    .drop()
                    .subscribe()
                    .with(tick -> fetchKeys());
        } else if (!reported) {
            reported = true;
            LOG.warnf(
                    "the identity provider %s does not answer as it should; until it does, its tokens get 503, and those of the"
                            + " file are accepted",
                    issuer);
        }
    }

    private void fetchKeys() {
        TenantConfigContext tenant = tenants.getDynamicTenant(ProviderTenant.ID);
        if (tenant != null) {
            // the result is about a token, and there is none
            tenant.provider()
                    .refreshJwksAndVerifyJwtToken(NO_TOKEN, false, false, null)
                    .subscribe()
                    .with(none -> {}, failure -> LOG.debug("keys of the identity provider", failure));
        }
    }

    @PreDestroy
    synchronized void stop() {
        fetching.cancel();
    }
}
