package ai.ultrathink.understudy.http.connection;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Options of the HTTP servers for which Quarkus has no setting, or one of the build only. */
@Singleton
class ServerOptions implements HttpServerOptionsCustomizer {

    private final ClientAuth callers;

    ServerOptions(
            @ConfigProperty(name = "understudy.tls-client-ca") Optional<String> authority,
            @ConfigProperty(name = "understudy.tls-client-auth") Optional<String> word) {
        if (authority.isEmpty()) {
            this.callers = ClientAuth.NONE;
        } else {
            this.callers = word.orElse("request").equals("required") ? ClientAuth.REQUIRED : ClientAuth.REQUEST;
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setClientAuth(callers);
    }
}
