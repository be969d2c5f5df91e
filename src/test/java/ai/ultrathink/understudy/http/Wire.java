package ai.ultrathink.understudy.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.RestAssured;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.Locale;

/** Requests written byte by byte: HTTP clients would mend what is to be broken. */
public final class Wire {

    private static final int PATIENCE_MILLIS = 60_000;

    private Wire() {}

    /** Sends a request without a body and answers all that comes back. */
    static String answer(String method, String target, List<String> headers) {
        return answer(method, target, headers, new byte[0]);
    }

    /** Sends a request with a body of a known length. */
    static String answer(String method, String target, List<String> headers, byte[] body) {
        StringBuilder head = new StringBuilder(method + " " + target
                + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        request.writeBytes(body);
        return answer(request.toByteArray());
    }

    /** Sends a request as it is, a byte for each character. */
    static String answer(String request) {
        return answer(request.getBytes(ISO_8859_1));
    }

    private static String answer(byte[] request) {
        return answer(RestAssured.port, request);
    }

    /** The same, to a service of the test's own. */
    static String answer(int port, String request) {
        return answer(port, request.getBytes(ISO_8859_1));
    }

    private static String answer(int port, byte[] request) {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void assertProblem(int status, String answer, String word) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.toLowerCase(Locale.ROOT).contains("content-type: application/problem+json"), answer);
        JsonObject problem = new JsonObject(answer.substring(answer.indexOf('{')));
        assertEquals(status, problem.getInteger("status"));
        assertTrue(problem.getString("detail").contains(word), answer);
    }
}
