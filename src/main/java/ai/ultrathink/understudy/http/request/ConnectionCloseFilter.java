package ai.ultrathink.understudy.http.request;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Closes connections during shutdown: every response asks the caller not to reuse the connection, because the service
 * will be gone.
 */
@ApplicationScoped
class ConnectionCloseFilter {

    private final long timeoutMillis;
    private volatile boolean leaving;

    ConnectionCloseFilter(@ConfigProperty(name = "quarkus.shutdown.timeout") Duration timeout) {
        this.timeoutMillis = timeout.toMillis();
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        leaving = true;
    }

    @ServerResponseFilter
    public void tell(ContainerResponseContext response, RoutingContext exchange) {
        if (!leaving) {
            return;
        }
        if (exchange.request().version() == HttpVersion.HTTP_2) {
            // GOAWAY, which names the last request that is answered; clients drop an answer with a Connection header
            exchange.request().connection().shutdown(timeoutMillis, TimeUnit.MILLISECONDS);
        } else {
            response.getHeaders().putSingle("Connection", "close");
        }
    }
}
