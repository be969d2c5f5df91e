package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.http.request.BearerToken;
import ai.ultrathink.understudy.http.request.Roles;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says to Quarkus who calls. A bad credential is no credential: the caller stays unknown, and the annotations of the
 * resources decide, or outside the API the path. So a call that needs none, such as a probe, is answered all the same.
 */
@Singleton
public class Access implements HttpAuthenticationMechanism {

    private static final Logger LOG = Logger.getLogger(Access.class);

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
                    .addRole(Roles.UNASSIGNED)
                    .build());

    private final AccessSettings settings;
    private final @Nullable TokensFile file;

    Access(
            @ConfigProperty(name = "understudy.auth") Optional<String> auth,
            @ConfigProperty(name = "understudy.tokens-file") Optional<String> tokensFile,
            @ConfigProperty(name = "understudy.allow-anonymous") Optional<String> allowAnonymous,
            @ConfigProperty(name = "quarkus.http.host") Optional<String> host) {
        this.settings = AccessSettings.of(auth, tokensFile, allowAnonymous, host);
        this.file = settings.tokensFile() == null ? null : TokensFile.open(settings.tokensFile());
    }

    /** Follows the file of tokens, and warns if none is needed. Call once, at the start. */
    public void start() {
        if (file != null) {
            file.follow();
        }
        String warning = warning();
        if (warning != null) {
            LOG.warn(warning);
        }
    }

    /** What everybody who uses the service should know about it, or null. */
    @Nullable String warning() {
        return settings.anonymousAnywhere()
                ? "UNDERSTUDY_ALLOW_ANONYMOUS=true: all who reach the port may do everything, under any name"
                : null;
    }

    /** Whether a call needs a credential. */
    boolean asksForTokens() {
        return file != null;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager manager) {
        if (file == null) {
            return ANYONE;
        }
        String given = BearerToken.of(context.request().headers().getAll(HttpHeaders.AUTHORIZATION))
                .token();
        Token token = given == null ? null : file.tokens().find(given);
        return token == null ? UNKNOWN : token.identity();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, BearerToken.CHALLENGE));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }

    @PreDestroy
    void stop() {
        if (file != null) {
            file.close();
        }
    }
}
