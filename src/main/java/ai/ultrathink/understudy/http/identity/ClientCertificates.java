package ai.ultrathink.understudy.http.identity;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Says to Quarkus who calls by a certificate. TLS has verified it; the file of clients gives its subject a name and roles. A
 * request with an Authorization header is {@link Access}'s, and so is one with a certificate that the file does not have.
 */
@Singleton
class ClientCertificates implements HttpAuthenticationMechanism {

    /** Before {@link Access}, which knows an answer for every request. */
    private static final int PRIORITY = 4 * DEFAULT_PRIORITY;

    private static final Uni<SecurityIdentity> NOT_BY_CERTIFICATE =
            Uni.createFrom().nullItem();

    private final @Nullable FollowedFile<Clients> file;

    ClientCertificates(@ConfigProperty(name = "understudy.tls-clients-file") Optional<String> path) {
        this.file = path.map(text -> FollowedFile.open("UNDERSTUDY_TLS_CLIENTS_FILE", Path.of(text), Clients::parse))
                .orElse(null);
    }

    void start(@Observes StartupEvent event) {
        if (file != null) {
            file.follow();
        }
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager manager) {
        HttpServerRequest request = context.request();
        String subject = file == null || request.headers().contains(HttpHeaders.AUTHORIZATION)
                ? null
                : subject(request.sslSession());
        Clients.Client client =
                subject == null || file == null ? null : file.content().find(subject);
        return client == null ? NOT_BY_CERTIFICATE : client.identity();
    }

    /** The subject of a verified certificate, in the form of RFC 2253. */
    private static @Nullable String subject(@Nullable SSLSession session) {
        try {
            return session != null && session.getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? certificate.getSubjectX500Principal().getName()
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            // the caller has none
            return null;
        }
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom()
                .item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"understudy\""));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
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
