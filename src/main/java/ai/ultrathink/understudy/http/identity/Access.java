package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.http.request.BearerToken;
import ai.ultrathink.understudy.http.request.RefusedCredential;
import ai.ultrathink.understudy.http.request.Roles;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says to Quarkus who calls. A bad credential is no credential: the caller stays unknown, and the annotations of the
 * resources decide, or outside the API the path. So a call that needs none, such as a probe, is answered all the same.
 */
@Singleton
public class Access implements HttpAuthenticationMechanism {

    private static final Logger LOG = Logger.getLogger(Access.class);

    /** Above that of Quarkus' own mechanism, which would ask for a login. */
    private static final int PRIORITY = 2 * DEFAULT_PRIORITY;

    private static final Uni<SecurityIdentity> UNKNOWN = Uni.createFrom()
            .item(QuarkusSecurityIdentity.builder()
                    .setAnonymous(true)
                    .setPrincipal(new QuarkusPrincipal(""))
                    .build());

    /** All callers where no credential is needed; without a name, so that X-Actor counts. */
    private static final Uni<SecurityIdentity> ANYONE = Uni.createFrom()
            .item(QuarkusSecurityIdentity.builder()
                    .setPrincipal(new QuarkusPrincipal(""))
                    .addRoles(Set.copyOf(Roles.ALL))
                    .build());

    private final AccessSettings settings;
    private final ProviderConnection provider;
    private final ProviderTokens providerTokens;
    private final LoginSessions logins;
    private final ClientCertificates certificates;
    private final @Nullable FollowedFile<Tokens> file;

    /** @throws IllegalArgumentException if the file of tokens is not valid, with a message of one line */
    Access(
            AccessSettings settings,
            ClientCertificates certificates,
            ProviderConnection provider,
            ProviderTokens providerTokens,
            LoginSessions logins) {
        this.settings = settings;
        this.certificates = certificates;
        this.provider = provider;
        this.providerTokens = providerTokens;
        this.logins = logins;
        this.file = settings.tokensFile() == null
                ? null
                : FollowedFile.open("UNDERSTUDY_TOKENS_FILE", settings.tokensFile(), Tokens::parse);
    }

    /** Follows the files of callers, and warns of what is not protected. Call once, at the start. */
    public void start() {
        certificates.start();
        if (file != null) {
            file.follow();
        }
        String warning = warning();
        if (warning != null) {
            LOG.warn(warning);
        }
        if (settings.oidc() != null && settings.oidc().isInTheClear()) {
            LOG.warnf(
                    "OIDC_ISSUER=%s: the keys travel without TLS, so who can change them on their way can be anyone",
                    settings.oidc().issuer());
        }
    }

    /** What all who use the service should know about it, or null. */
    @Nullable String warning() {
        return settings.anonymousAnywhere()
                ? "UNDERSTUDY_ALLOW_ANONYMOUS=true: all who reach the port may do everything, under any name"
                : null;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager manager) {
        if (settings.isAnonymous()) {
            return ANYONE;
        }
        Uni<SecurityIdentity> byCertificate = certificates.find(context.request());
        if (byCertificate != null) {
            return byCertificate;
        }
        String given = BearerToken.of(context.request().headers().getAll(HttpHeaders.AUTHORIZATION))
                .token();
        Token token = given == null || file == null ? null : file.content().find(given);
        if (token != null) {
            return token.identity();
        }
        if (settings.oidc() == null) {
            return UNKNOWN;
        }
        if (logins.decide(context)) {
            return logins.check(context, manager)
                    .flatMap(credential ->
                            identity(credential, context, RefusedCredential::login, RefusedCredential.noLogin()));
        }
        if (given == null) {
            prepare(context, manager);
            return UNKNOWN;
        }
        return providerTokens
                .check(given, context, manager)
                .flatMap(credential ->
                        identity(credential, context, RefusedCredential::invalid, RefusedCredential.unverified()));
    }

    /** Fetches the keys at the first request, such as a probe, so that they are there when the first token comes. */
    private void prepare(RoutingContext context, IdentityProviderManager manager) {
        if (!provider.isThere()) {
            provider.connect(context, manager).subscribe().with(there -> {});
        }
    }

    private static Uni<SecurityIdentity> identity(
            Credential credential,
            RoutingContext context,
            Function<String, RefusedCredential> invalid,
            RefusedCredential unverified) {
        return switch (credential) {
            case Credential.Valid valid -> valid.identity();
            case Credential.Invalid refused -> {
                invalid.apply(refused.why()).put(context);
                yield UNKNOWN;
            }
            case Credential.Unverified unknown -> {
                unverified.put(context);
                yield UNKNOWN;
            }
        };
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, BearerToken.CHALLENGE));
    }

    @Override
    public int getPriority() {
        return PRIORITY;
    }

    @PreDestroy
    void stop() {
        if (file != null) {
            file.close();
        }
    }
}
