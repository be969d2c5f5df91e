package ai.ultrathink.understudy.http.connection;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The port for probes and Prometheus, where one is set. Its requests take the same way as those of the other port; http.problem
 * says which of them are answered. Quarkus' management interface is there or not when the service is built, and this one is
 * chosen at the start.
 */
@ApplicationScoped
public class ManagementServer {

    private static final Logger LOG = Logger.getLogger(ManagementServer.class);
    private static final int IDLE_SECONDS = 30;

    private final Vertx vertx;
    private final Optional<String> port;
    private final String host;
    private @Nullable HttpServer server;
    private volatile int listening = -1;

    ManagementServer(
            Vertx vertx,
            @ConfigProperty(name = "understudy.management-port") Optional<String> port,
            @ConfigProperty(name = "quarkus.http.host") Optional<String> host) {
        this.vertx = vertx;
        this.port = port;
        this.host = host.orElse("0.0.0.0");
    }

    void start(@Observes StartupEvent event) {
        if (port.isEmpty()) {
            return;
        }
        HttpServer created = vertx.createHttpServer(new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS));
        try {
            created.requestHandler(VertxHttpRecorder.getRootHandler())
                    .listen(Integer.parseInt(port.get()), host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException | NumberFormatException e) {
            throw new IllegalArgumentException("UNDERSTUDY_MANAGEMENT_PORT: got \"" + port.get()
                    + "\"; allowed: a number from 0 to 65535 of a port that is not in use");
        }
        server = created;
        listening = created.actualPort();
        LOG.infof("Probes and metrics on: http://%s:%d", host, listening);
    }

    /** Whether a request came to this port. */
    public boolean has(HttpServerRequest request) {
        SocketAddress local = request.localAddress();
        return listening >= 0 && local != null && local.port() == listening;
    }

    @PreDestroy
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
