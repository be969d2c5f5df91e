package ai.ultrathink.understudy.http.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Problem documents for requests that do not reach an operation. */
@ApplicationScoped
class ProblemBodies {

    private final ObjectMapper json;
    private final Correlation correlation;

    ProblemBodies(ObjectMapper json, Correlation correlation) {
        this.json = json;
        this.correlation = correlation;
    }

    String tooLarge(long maxBytes) {
        return "the body is too large; allowed: " + maxBytes / 1024 + " KiB";
    }

    /** Answers a request with a problem document, or with what the Open Inference Protocol has in its place. */
    Future<Void> answer(RoutingContext context, int status, String detail) {
        String id = correlation.idOf(context.request());
        if (GrpcErrors.concern(context.request())) {
            return GrpcErrors.answer(context.request(), status, detail);
        }
        String title = HttpResponseStatus.valueOf(status).reasonPhrase();
        boolean inference = InferenceErrors.concern(context.request());
        Buffer body;
        try {
            body = Buffer.buffer(json.writeValueAsBytes(
                    inference
                            ? InferenceErrors.body(detail)
                            : new Problem(title, status, detail, id, correlation.traceId())));
        } catch (JsonProcessingException e) {
            body = Buffer.buffer("{\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\"\"}");
        }
        return context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, inference ? "application/json" : Problem.MEDIA_TYPE)
                .end(body);
    }

    /** Answers a call of gRPC with the status that means the same as one of HTTP. */
    void answerCall(HttpServerRequest request, int status, String detail) {
        correlation.idOf(request);
        GrpcErrors.answer(request, status, detail);
    }

    /** The detail of a failure of which only the status is known. */
    static String words(int status) {
        return switch (status) {
            case 400 -> "the request is not well-formed HTTP: check its target and its headers, including Host";
            case 404 -> "there is nothing there; GET /q/openapi lists what there is";
            case 405 -> "the method is not allowed there; GET /q/openapi lists the allowed ones";
            case 503 -> "the service is not ready for requests; GET /q/health/ready shows when it is";
            case 500 -> "unexpected error; the service's log has details";
            default -> "the request could not be served";
        };
    }
}
