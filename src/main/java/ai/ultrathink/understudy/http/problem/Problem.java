package ai.ultrathink.understudy.http.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Problem document of RFC 9457.
 *
 * @param title the kind of error
 * @param status the HTTP status
 * @param detail the field, the value received and the allowed values, or what to do next
 * @param requestId as the answer has it in X-Request-ID; of a prediction its request_id. Null of a request that could not be read
 * @param traceId of W3C Trace Context, or null if the request was not sampled
 */
@Schema(description = "RFC 9457 problem document")
public record Problem(
        @Schema(examples = "Bad request") String title,
        @Schema(examples = "400") int status,

        @Schema(examples = "traffic_split: got 1.5; allowed: a number from 0.0 to 1.0")
        String detail,

        @Schema(
                description = "the value of X-Request-ID, by which the log can be searched",
                examples = "0197f3a2-6c1e-7d3b-9a55-0d6c1b2f4e11")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String requestId,

        @Schema(
                description = "the trace of the request, where it was sampled",
                examples = "4bf92f3577b34da6a3ce929d0e0e4736")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String traceId) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /** A problem of a request that is not known yet. */
    Problem(String title, int status, String detail) {
        this(title, status, detail, null, null);
    }

    /** The same with the ids of its request. */
    Problem of(@Nullable String request, @Nullable String trace) {
        return new Problem(title, status, detail, request, trace);
    }

    public static Response badRequest(String detail) {
        return response(400, "Bad request", detail);
    }

    public static Response notFound(String detail) {
        return response(404, "Not found", detail);
    }

    public static Response unknownExperiment(String testId) {
        return notFound("test " + testId + " does not exist; GET /api/v1/ab-test/list shows those that do");
    }

    public static Response forbidden(String detail) {
        return response(403, "Forbidden", detail);
    }

    public static Response conflict(String detail) {
        return response(409, "Conflict", detail);
    }

    /** A response that can be retried after the time in its Retry-After header. */
    public static Response unavailable(String detail) {
        return Response.fromResponse(response(503, "Service unavailable", detail))
                .header(HttpHeaders.RETRY_AFTER, 1)
                .build();
    }

    static Response response(int status, String title, String detail) {
        return Response.status(status)
                .type(MEDIA_TYPE)
                .entity(new Problem(title, status, detail))
                .build();
    }

    /** The document as JSON, without Jackson. */
    byte[] json() {
        JsonObject json =
                new JsonObject().put("title", title).put("status", status).put("detail", detail);
        if (requestId != null) {
            json.put("request_id", requestId);
        }
        return json.encode().getBytes(StandardCharsets.UTF_8);
    }
}
