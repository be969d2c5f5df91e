package ai.ultrathink.understudy.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.RestAssured;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Locale;

/** A body that is too large, sent on a bare socket: HTTP clients give up while they write and do not read the answer. */
final class Upload {

    private static final int TEN_MEGABYTES = 10 * 1024 * 1024;

    private Upload() {}

    /** Announces ten megabytes, sends the first few, and checks that the answer is a problem document. */
    static void assertTooLarge(String path) {
        assertRefused(answer(path, "Content-Length: " + TEN_MEGABYTES, "{".getBytes(UTF_8)));
    }

    /** Sends more than is allowed without saying how much will come. */
    static void assertTooLargeInChunks(String path) {
        byte[] chunk = ("4e200\r\n" + " ".repeat(0x4e200) + "\r\n0\r\n\r\n").getBytes(UTF_8);
        assertRefused(answer(path, "Transfer-Encoding: chunked", chunk));
    }

    private static void assertRefused(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        assertTrue(answer.toLowerCase(Locale.ROOT).contains("content-type: application/problem+json"), answer);
        JsonObject problem = new JsonObject(answer.substring(answer.indexOf('{')));
        assertEquals(413, problem.getInteger("status"));
        assertTrue(problem.getString("detail").contains("256 KiB"), answer);
    }

    private static String answer(String path, String length, byte[] start) {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Connection: close\r\n" + length + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.write(start);
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
