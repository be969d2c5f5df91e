package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.http.request.BearerToken;
import ai.ultrathink.understudy.http.request.RefusedCredential;
import ai.ultrathink.understudy.http.request.SessionCookie;
import io.quarkus.security.AuthenticationRedirectException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.stream.Stream;

/** Where browsers begin and end a login for the console, and where the console sees whether it can offer that. */
class LoginPages {

    /** Beside the console's files, because the API tells those who have shown who they are only. */
    private static final String OFFER = "/console/login.json";

    private final LoginTenant tenant;
    private final LoginSessions sessions;
    private final IdentityProviderManager manager;

    LoginPages(LoginTenant tenant, LoginSessions sessions, IdentityProviderManager manager) {
        this.tenant = tenant;
        this.sessions = sessions;
        this.manager = manager;
    }

    void stand(@Observes Router router) {
        // after the headers of the console, before its files
        router.get(OFFER).order(1).handler(this::offer);
        if (tenant.isOffered()) {
            router.get(LoginTenant.LOGIN).order(1).handler(this::login);
            router.get(LoginTenant.LOGOUT).order(1).handler(this::logout);
        }
    }

    private void offer(RoutingContext context) {
        boolean offered = tenant.isOffered();
        notKept(context);
        context.json(new JsonObject()
                .put("offered", offered)
                .put("signed_in", offered && SessionCookie.isIn(context.request())));
    }

    private void login(RoutingContext context) {
        notKept(context);
        sessions.connect(context, manager)
                .subscribe()
                .with(
                        there -> {
                            if (!there) {
                                refuse(context, RefusedCredential.noLogin());
                            } else if (isAnswer(context.queryParams())) {
                                finish(context);
                            } else {
                                begin(context);
                            }
                        },
                        context::fail);
    }

    /** Whether the provider has sent the browser back. */
    private static boolean isAnswer(MultiMap parameters) {
        return Stream.of("state", "code", "error").anyMatch(parameters::contains);
    }

    private void begin(RoutingContext context) {
        sessions.begin(context)
                .subscribe()
                .with(
                        challenge -> lead(context, where(challenge)),
                        failure -> refuse(context, RefusedCredential.noLogin()));
    }

    private static String where(ChallengeData challenge) {
        return challenge.getHeaders().entrySet().stream()
                .filter(header -> HttpHeaders.LOCATION.toString().contentEquals(header.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private void finish(RoutingContext context) {
        sessions.authenticate(context, manager)
                .subscribe()
                .with(
                        credential -> {
                            switch (credential) {
                                case Credential.Valid valid -> lead(context, LoginTenant.HOME);
                                case Credential.Invalid invalid ->
                                    refuse(context, RefusedCredential.login(invalid.why()));
                                case Credential.Unverified unverified -> refuse(context, RefusedCredential.noLogin());
                            }
                        },
                        context::fail);
    }

    private void logout(RoutingContext context) {
        notKept(context);
        if (!SessionCookie.isIn(context.request())) {
            lead(context, LoginTenant.HOME);
            return;
        }
        sessions.connect(context, manager)
                .flatMap(there -> there
                        ? sessions.identity(context, manager)
                        : Uni.createFrom().nullItem())
                .subscribe()
                .with(identity -> ended(context, LoginTenant.HOME), failure -> {
                    // without the provider the login ends here alone
                    ended(
                            context,
                            failure instanceof AuthenticationRedirectException provider
                                    ? provider.getRedirectUri()
                                    : LoginTenant.HOME);
                });
    }

    private void ended(RoutingContext context, String where) {
        sessions.forget(context);
        lead(context, where);
    }

    private static void lead(RoutingContext context, String where) {
        context.response()
                .setStatusCode(302)
                .putHeader(HttpHeaders.LOCATION, where)
                .end();
    }

    /** The gate makes a problem document of it. */
    private static void refuse(RoutingContext context, RefusedCredential why) {
        if (why.status() == 401) {
            context.response().putHeader("WWW-Authenticate", BearerToken.CHALLENGE);
        } else {
            context.response().putHeader("Retry-After", "1");
        }
        why.put(context);
        context.fail(why.status());
    }

    /** An answer of these paths is for one browser, and once. */
    private static void notKept(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
