package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.request.RequestId;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Says in each problem document to which request it belongs, and gives errors the form of the Open Inference Protocol where that is spoken,
 * which has no place for it.
 */
class ProblemIds {

    private static final MediaType TYPE = MediaType.valueOf(Problem.MEDIA_TYPE);

    private final Correlation correlation;

    ProblemIds(Correlation correlation) {
        this.correlation = correlation;
    }

    @ServerResponseFilter
    public void add(ContainerResponseContext response, RoutingContext exchange) {
        if (response.getEntity() instanceof Problem problem) {
            // the answer to a prediction says by itself what its id is
            Object own = response.getHeaders().getFirst(RequestId.HEADER);
            String id = own == null ? correlation.idOf(exchange.request()) : own.toString();
            if (InferenceErrors.concern(exchange.request())) {
                response.setEntity(InferenceErrors.body(problem.detail()), null, MediaType.APPLICATION_JSON_TYPE);
            } else {
                response.setEntity(problem.of(id, correlation.traceId()), null, TYPE);
            }
        }
    }
}
