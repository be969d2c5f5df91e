package ai.ultrathink.understudy.http.problem;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;

/** Errors of gRPC calls that do not reach their service: a status in the headers, and no body. */
final class GrpcErrors {

    private static final String GRPC = "application/grpc";

    private GrpcErrors() {}

    /** Whether a request is a gRPC call. */
    static boolean concern(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null
                && type.regionMatches(true, 0, GRPC, 0, GRPC.length())
                && request.version() == HttpVersion.HTTP_2;
    }

    /** The server would name gzip in its answers, which is not taken. */
    static void nameCompressions(RoutingContext context) {
        context.addHeadersEndHandler(written -> context.response().headers().set("grpc-accept-encoding", "identity"));
    }

    /** Answers a call with the status that means the same as one of HTTP. */
    static Future<Void> answer(HttpServerRequest request, int status, String detail) {
        Future<Void> answered = request.response()
                .setStatusCode(200)
                .putHeader(HttpHeaders.CONTENT_TYPE, GRPC)
                .putHeader("grpc-status", String.valueOf(code(status)))
                .putHeader("grpc-message", encoded(detail))
                .end();
        // what is not read would count against what the connection may send
        if (!request.isEnded()) {
            request.resume();
        }
        return answered;
    }

    /** The status of gRPC: docs/inference-protocol.md has the table. */
    private static int code(int status) {
        return switch (status) {
            case 401 -> 16; // UNAUTHENTICATED
            case 403 -> 7; // PERMISSION_DENIED
            case 404 -> 5; // NOT_FOUND
            case 413, 429 -> 8; // RESOURCE_EXHAUSTED
            case 501 -> 12; // UNIMPLEMENTED
            case 503 -> 14; // UNAVAILABLE
            default -> status < 500 ? 3 : 13; // INVALID_ARGUMENT, INTERNAL
        };
    }

    /** Percent-encoded, as gRPC has it: a header takes printable ASCII alone. */
    static String encoded(String detail) {
        StringBuilder text = new StringBuilder(detail.length());
        for (byte one : detail.getBytes(StandardCharsets.UTF_8)) {
            if (one >= ' ' && one <= '~' && one != '%') {
                text.append((char) one);
            } else {
                text.append(String.format("%%%02X", one));
            }
        }
        return text.toString();
    }
}
