package ai.ultrathink.understudy.http.problem;

import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Problem document of RFC 9457.
 *
 * @param title the kind of error
 * @param status the HTTP status
 * @param detail the field, the value received and the allowed values, or what to do next
 */
@Schema(description = "RFC 9457 problem document")
public record Problem(
        @Schema(examples = "Bad request") String title,
        @Schema(examples = "400") int status,

        @Schema(examples = "traffic_split: got 1.5; allowed: a number from 0.0 to 1.0")
        String detail) {

    public static final String MEDIA_TYPE = "application/problem+json";

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
        return new JsonObject()
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .encode()
                .getBytes(StandardCharsets.UTF_8);
    }
}
