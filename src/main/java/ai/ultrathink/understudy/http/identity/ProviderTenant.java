package ai.ultrathink.understudy.http.identity;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.OidcTenantConfigBuilder;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.oidc.runtime.builders.TokenConfigBuilder;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says to Quarkus which identity provider there is. Quarkus asks at a request, and not at the start as for a provider in
 * its own configuration: so nothing waits for the provider at the start, and without one nothing is done.
 */
@Singleton
class ProviderTenant implements TenantConfigResolver {

    static final String ID = "understudy";

    /** By how much the clocks of the provider and of this machine may differ. */
    static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    /** How often a key that is not known makes the service ask the provider for its keys. */
    private static final Duration ASK_FOR_KEYS_EVERY = Duration.ofSeconds(10);

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

    /** The name of a TLS configuration of Quarkus; for a provider whose certificate is from a private authority. */
    static final String TLS = "oidc";

    /** Where Quarkus keeps at a request which tenant it is for. */
    private static final String KEPT = "dynamic.tenant.config";

    private static final String CHOSEN = ProviderTenant.class.getName();

    private final Uni<OidcTenantConfig> tenant;
    private final LoginTenant login;

    ProviderTenant(AccessSettings settings, TlsConfigurationRegistry registry, LoginTenant login) {
        this.login = login;
        this.tenant = Uni.createFrom()
                .item(
                        settings.oidc() == null
                                ? null
                                : tenant(settings.oidc(), registry.get(TLS).isPresent()));
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext request, OidcRequestContext<OidcTenantConfig> context) {
        return LoginTenant.ID.equals(request.get(CHOSEN)) ? Uni.createFrom().item(login.config()) : tenant;
    }

    /**
     * Says which tenant a request is for from now on. A request with a login is for two: for that of logins, and then for that of
     * tokens, which checks the token of the login as any other.
     */
    static void choose(RoutingContext request, String tenant) {
        request.put(CHOSEN, tenant);
        request.remove(KEPT);
        request.remove(OidcTenantConfig.class.getName());
    }

    /** What both tenants have. */
    static OidcTenantConfigBuilder provider(OidcSettings settings, String tenant, boolean hasTls) {
        OidcTenantConfigBuilder provider = OidcTenantConfig.authServerUrl(settings.issuer())
                .tenantId(tenant)
                .connectionTimeout(CONNECT_WITHIN);
        return hasTls ? provider.tlsConfigurationName(TLS) : provider;
    }

    private static @Nullable OidcTenantConfig tenant(OidcSettings settings, boolean hasTls) {
        return provider(settings, ID, hasTls)
                .roles()
                .roleClaimPath(settings.rolesClaim())
                .end()
                .token(token(settings).audience(settings.audience()).build())
                .build();
    }

    /** How the tokens of both tenants are checked. */
    static TokenConfigBuilder token(OidcSettings settings) {
        return new TokenConfigBuilder()
                .issuer(settings.issuer())
                .subjectRequired()
                .principalClaim("sub")
                .lifespanGrace(Math.toIntExact(CLOCK_SKEW.toSeconds()))
                .forcedJwkRefreshInterval(ASK_FOR_KEYS_EVERY)
                // the provider is never asked about a single token: it may be away, and anyone can invent tokens
                .allowJwtIntrospection(false)
                .allowOpaqueTokenIntrospection(false);
    }
}
