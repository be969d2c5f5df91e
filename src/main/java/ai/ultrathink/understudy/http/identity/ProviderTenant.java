package ai.ultrathink.understudy.http.identity;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
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
    private static final String TLS = "oidc";

    private final Uni<OidcTenantConfig> tenant;

    ProviderTenant(AccessSettings settings, TlsConfigurationRegistry registry) {
        this.tenant = Uni.createFrom()
                .item(
                        settings.oidc() == null
                                ? null
                                : tenant(settings.oidc(), registry.get(TLS).isPresent()));
    }

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext request, OidcRequestContext<OidcTenantConfig> context) {
        return tenant;
    }

    private static @Nullable OidcTenantConfig tenant(OidcSettings settings, boolean hasTls) {
        var tenant = OidcTenantConfig.authServerUrl(settings.issuer())
                .tenantId(ID)
                .connectionTimeout(CONNECT_WITHIN)
                .roles()
                .roleClaimPath(settings.rolesClaim())
                .end()
                .token()
                .issuer(settings.issuer())
                .audience(settings.audience())
                .subjectRequired()
                .principalClaim("sub")
                .lifespanGrace(Math.toIntExact(CLOCK_SKEW.toSeconds()))
                .forcedJwkRefreshInterval(ASK_FOR_KEYS_EVERY)
                // the provider is never asked about a single token: it may be away, and anyone can invent tokens
                .allowJwtIntrospection(false)
                .allowOpaqueTokenIntrospection(false)
                .end();
        return (hasTls ? tenant.tlsConfigurationName(TLS) : tenant).build();
    }
}
