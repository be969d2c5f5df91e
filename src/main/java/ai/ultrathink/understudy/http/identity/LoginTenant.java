package ai.ultrathink.understudy.http.identity;

import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcTenantConfig.ApplicationType;
import io.quarkus.oidc.runtime.OidcTenantConfig.Authentication.CookieSameSite;
import io.quarkus.oidc.runtime.OidcTenantConfig.Roles.Source;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says to Quarkus how people log in for the console: by the authorization code flow with PKCE. */
@Singleton
class LoginTenant {

    /** Is part of the names of the cookies, see {@link ai.ultrathink.understudy.http.request.SessionCookie}. */
    static final String ID = "console";

    static final String LOGIN = "/console/login";
    static final String LOGOUT = "/console/logout";
    static final String HOME = "/console/";

    /** How long after their password people have to give it again. */
    static final Duration LONGEST = Duration.ofHours(12);

    /** How long after its last request a login can go on, if the provider lets it. */
    private static final Duration IDLE = Duration.ofMinutes(30);

    private final @Nullable OidcSettings settings;
    private final boolean hasTls;
    private final Instance<TenantConfigBean> tenants;
    private @Nullable OidcTenantConfig config;

    /** @param tenants asked for later, because it asks for the tenants while it is made */
    LoginTenant(AccessSettings settings, TlsConfigurationRegistry registry, Instance<TenantConfigBean> tenants) {
        this.settings = settings.oidc();
        this.hasTls = registry.get(ProviderTenant.TLS).isPresent();
        this.tenants = tenants;
    }

    /** Whether people can log in. */
    boolean isOffered() {
        return settings != null && settings.login() != null;
    }

    /** Whether Quarkus knows what the provider says of itself. */
    boolean isThere() {
        return tenants.get().getDynamicTenant(ID) != null;
    }

    /** Always the same one as soon as the other tenant knows whether the provider has a logout, because Quarkus compares. */
    synchronized @Nullable OidcTenantConfig config() {
        if (config != null || settings == null || settings.login() == null) {
            return config;
        }
        TenantConfigContext provider = tenants.get().getDynamicTenant(ProviderTenant.ID);
        // Quarkus refuses a provider without a logout where one is asked for
        boolean hasLogout = provider != null && provider.getOidcMetadata().getEndSessionUri() != null;
        OidcTenantConfig made = config(settings, settings.login(), hasLogout);
        if (provider != null) {
            config = made;
        }
        return made;
    }

    private OidcTenantConfig config(OidcSettings settings, LoginSettings login, boolean hasLogout) {
        var tenant = ProviderTenant.provider(settings, ID, hasTls)
                .applicationType(ApplicationType.WEB_APP)
                .clientId(login.clientId())
                .roles()
                // so that Quarkus verifies the access token, and renews the login when that ends
                .source(Source.accesstoken)
                .roleClaimPath(settings.rolesClaim())
                .end()
                .token(ProviderTenant.token(settings).refreshExpired().build())
                .authentication()
                .redirectPath(LOGIN)
                // the page after the login is always the same, so there is nothing to lead elsewhere
                .restorePathAfterRedirect(false)
                .removeRedirectParameters(false)
                .pkceRequired()
                .nonceRequired()
                .cookieSameSite(CookieSameSite.STRICT)
                .sessionAgeExtension(IDLE)
                // makes the provider say when the person gave the password
                .extraParam("max_age", String.valueOf(LONGEST.toSeconds()))
                .end();
        if (login.secret() != null) {
            tenant = tenant.credentials(login.secret());
        }
        if (hasLogout) {
            tenant = tenant.logout().path(LOGOUT).postLogoutPath(HOME).end();
        }
        return tenant.build();
    }
}
