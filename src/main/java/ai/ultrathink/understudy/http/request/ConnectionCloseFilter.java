package ai.ultrathink.understudy.http.request;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Between the signal to stop and the end: every answer tells its caller not to send another request on this connection, which
 * would meet a service that is gone.
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
