package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.http.request.SessionCookie;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.IdTokenCredential;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Logins of people for the console. Quarkus keeps what the provider has issued in a cookie, encrypted; the service keeps nothing. The
 * access token of a login is checked as that of any other caller, so that roles, audience and subject mean the same.
 */
@Singleton
class LoginSessions {

    /** Belongs to no one; Quarkus fetches what it needs before it looks at a token. */
    private static final String NO_TOKEN = "none";

    private static final String API = "/api/v1/";

    private final LoginTenant tenant;
    private final ProviderConnection provider;
    private final ProviderPresence presence;
    private final ProviderTokens tokens;
    private final OidcAuthenticationMechanism quarkus;
    private final TimeSource time;
    private final ConnectionAttempts attempts;

    LoginSessions(
            LoginTenant tenant,
            ProviderConnection provider,
            ProviderPresence presence,
            ProviderTokens tokens,
            OidcAuthenticationMechanism quarkus,
            TimeSource time) {
        this.tenant = tenant;
        this.provider = provider;
        this.presence = presence;
        this.tokens = tokens;
        this.quarkus = quarkus;
        this.time = time;
        this.attempts = new ConnectionAttempts(time, tenant::isThere);
    }

    /** Whether a login says who calls. */
    boolean decide(RoutingContext request) {
        return tenant.isOffered()
                && SessionCookie.decides(request.request())
                && request.normalizedPath().startsWith(API);
    }

    /** Says who calls by a login. */
    Uni<Credential> check(RoutingContext request, IdentityProviderManager manager) {
        return connect(request, manager)
                .flatMap(there -> there
                        ? authenticate(request, manager)
                        : Uni.createFrom().item(new Credential.Unverified()));
    }

    /** Fetches what the provider says of itself unless that was tried a moment ago. Says whether it is known. */
    Uni<Boolean> connect(RoutingContext request, IdentityProviderManager manager) {
        if (tenant.isThere()) {
            return Uni.createFrom().item(true);
        }
        Executor here = EventLoop.here();
        return provider.connect(request, manager)
                .flatMap(there -> there
                        ? attempts.connect(() -> attempt(request, manager), ended -> {})
                                .emitOn(here)
                        : Uni.createFrom().item(false).emitOn(here));
    }

    private static Uni<SecurityIdentity> attempt(RoutingContext request, IdentityProviderManager manager) {
        ProviderTenant.choose(request, LoginTenant.ID);
        return manager.authenticate(HttpSecurityUtils.setRoutingContextAttribute(
                new TokenAuthenticationRequest(new IdTokenCredential(NO_TOKEN)), request));
    }

    /** Says who calls, by the cookie of a login, or by what the provider has sent the browser back with. */
    Uni<Credential> authenticate(RoutingContext request, IdentityProviderManager manager) {
        return identity(request, manager)
                .flatMap(identity -> credential(identity, request, manager))
                .onItem()
                .ifNull()
                .continueWith(new Credential.Invalid("none"))
                .onFailure()
                .recoverWithItem(LoginSessions::failed)
                .invoke(credential -> {
                    if (credential instanceof Credential.Invalid) {
                        forget(request);
                    }
                });
    }

    /** What Quarkus makes of a login: null if there is none, and a failure that is a redirect to end it at the provider. */
    Uni<SecurityIdentity> identity(RoutingContext request, IdentityProviderManager manager) {
        ProviderTenant.choose(request, LoginTenant.ID);
        return Uni.createFrom().deferred(() -> quarkus.authenticate(request, manager));
    }

    private Uni<Credential> credential(
            SecurityIdentity identity, RoutingContext request, IdentityProviderManager manager) {
        AccessTokenCredential token = identity == null ? null : identity.getCredential(AccessTokenCredential.class);
        if (token == null) {
            return Uni.createFrom().nullItem();
        }
        if (identity.getPrincipal() instanceof JsonWebToken claims && isTooOld(claims, time.now())) {
            return Uni.createFrom().item(new Credential.Invalid("one that is too old"));
        }
        ProviderTenant.choose(request, ProviderTenant.ID);
        return tokens.check(token.getToken(), request, manager);
    }

    /** Whether the person gave the password too long ago, if the provider says when. */
    private static boolean isTooOld(JsonWebToken claims, Instant now) {
        return claims.getClaim("auth_time") instanceof Number since
                && Instant.ofEpochSecond(since.longValue())
                        .plus(LoginTenant.LONGEST)
                        .isBefore(now);
    }

    /** Where the provider asks who it is; a failure if it does not answer. */
    Uni<ChallengeData> begin(RoutingContext request) {
        return presence.answers().flatMap(there -> {
            if (!there) {
                return Uni.createFrom().failure(new IllegalStateException("the identity provider does not answer"));
            }
            forget(request);
            ProviderTenant.choose(request, LoginTenant.ID);
            return quarkus.getChallenge(request);
        });
    }

    /** Makes the browser forget the login. */
    void forget(RoutingContext request) {
        OidcTenantConfig config = tenant.config();
        List<String> names = request.request().cookies().stream()
                .map(Cookie::getName)
                .filter(name -> name.startsWith(SessionCookie.NAME))
                .toList();
        names.forEach(name -> OidcUtils.removeCookie(request, config, name));
    }

    private static Credential failed(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof TimeoutException || cause instanceof VertxException) {
                return new Credential.Unverified();
            }
        }
        return new Credential.Invalid("one that has ended or is not valid");
    }
}
