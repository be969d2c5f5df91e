package ai.ultrathink.understudy.http.identity;

import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Says who calls by a certificate. TLS has verified it; the file of clients gives its subject a name and roles. A request with
 * an Authorization header is known by that alone.
 */
@Singleton
class ClientCertificates {

    private final @Nullable FollowedFile<Clients> file;

    ClientCertificates(@ConfigProperty(name = "understudy.tls-clients-file") Optional<String> path) {
        this.file = path.map(text -> FollowedFile.open("UNDERSTUDY_TLS_CLIENTS_FILE", Path.of(text), Clients::parse))
                .orElse(null);
    }

    /** Follows the file of clients. Call once, at the start. */
    void start() {
        if (file != null) {
            file.follow();
        }
    }

    /** Who calls, or null where no certificate says so. */
    @Nullable Uni<SecurityIdentity> find(HttpServerRequest request) {
        if (file == null || request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            return null;
        }
        String subject = subject(request.sslSession());
        return subject == null ? null : file.content().find(subject);
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

    @PreDestroy
    void stop() {
        if (file != null) {
            file.close();
        }
    }
}
