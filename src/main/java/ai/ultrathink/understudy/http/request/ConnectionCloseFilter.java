package ai.ultrathink.understudy.http.request;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Closes connections during shutdown: every response asks the caller not to reuse the connection, because the service
 * will be gone.
 */
@ApplicationScoped
class ConnectionCloseFilter {

    private volatile boolean leaving;

    void stop(@Observes ShutdownDelayInitiatedEvent event) {
        leaving = true;
    }

    @ServerResponseFilter
    public void tell(ContainerResponseContext response) {
        if (leaving) {
            response.getHeaders().putSingle("Connection", "close");
        }
    }
}
