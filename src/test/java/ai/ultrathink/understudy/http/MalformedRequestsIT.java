package ai.ultrathink.understudy.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no HTTP, sent to the packaged service: what answers it is not there in the class loaders of other tests. */
class MalformedRequestsIT {

    private static final String HOST = "Host: localhost\r\n";
    private static final String GET = "GET /api/v1/models HTTP/1.1\r\n" + HOST;
    private static final String POST =
            "POST /api/v1/predict HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n";

    @TempDir
    static Path directory = Path.of("");

    private static ServiceProcess service;

    @BeforeAll
    static void start_a_service_without_a_database() throws IOException {
        service = ServiceProcess.start(directory, Map.of("DATABASE_URL", "postgresql://localhost:1/none"))
                .awaitReady();
    }

    @AfterAll
    static void stop_it() {
        service.close();
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments(400, POST + "Content-Length: -5\r\n\r\n", "Content-Length: got \"-5\""),
                arguments(400, POST + "Content-Length: +5\r\n\r\nabcde", "Content-Length: got \"+5\""),
                arguments(400, POST + "Content-Length: abc\r\n\r\n", "Content-Length: got \"abc\""),
                arguments(400, POST + "Content-Length: 0x5\r\n\r\nabcde", "Content-Length: got \"0x5\""),
                arguments(400, POST + "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length"),
                arguments(400, POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", "Content-Length"),
                arguments(400, POST + "Content-Length: 2, 3\r\n\r\n{} ", "Content-Length"),
                arguments(
                        400,
                        POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "Content-Length"),
                arguments(501, POST + "Transfer-Encoding: xyz\r\n\r\n", "Transfer-Encoding: got \"xyz\""),
                arguments(501, POST + "Transfer-Encoding: gzip, chunked\r\n\r\n", "allowed: chunked"),
                arguments(400, "GET\r\n\r\n", "first line"),
                arguments(400, "GET /api/v1/models\r\n\r\n", "first line"),
                arguments(400, "GET /api/v1/models FTP\r\n" + HOST + "\r\n", "first line"),
                arguments(400, "not a request at all\r\n\r\n", "first line"),
                arguments(400, GET + "no colon\r\n\r\n", "colon"),
                arguments(400, GET + ": no name\r\n\r\n", "headers"),
                arguments(400, GET + "X-A: a\u0000b\r\n\r\n", "headers"),
                arguments(400, GET + HOST + "\r\n", "Host: got 2"),
                arguments(400, GET + "Host: elsewhere\r\n\r\n", "Host: got 2"),
                arguments(505, "GET /api/v1/models HTTP/9.9\r\n" + HOST + "\r\n", "got \"HTTP/9.9\""),
                arguments(505, "GET /api/v1/models HTTP/2.0\r\n" + HOST + "\r\n", "HTTP/1.1"),
                arguments(414, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\n" + HOST + "\r\n", "4096"),
                arguments(431, GET + "X-A: " + "a".repeat(40_000) + "\r\n\r\n", "20480"),
                arguments(400, CHUNKED + "\r\nxyz\r\nabc\r\n0\r\n\r\n", "chunk"),
                arguments(400, CHUNKED + "\r\n-1\r\nabc\r\n0\r\n\r\n", "chunk"),
                arguments(400, CHUNKED + "\r\n2\r\n{}x\r\n0\r\n\r\n", "chunk"),
                arguments(400, CHUNKED + "\r\n2\r\n{}\r\nxyz\r\n\r\n", "chunk"),
                arguments(400, CHUNKED + "\r\n2\r\n{}\r\n0\r\nno colon\r\n\r\n", "colon"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void what_is_no_http_is_answered_with_a_problem_document_and_the_connection_ends(
            int status, String request, String words) {
        String answer = send(request);

        Wire.assertProblem(status, answer, words);
        assertTrue(answer.contains("connection: close\r\n"), answer);
    }

    @Test
    void requests_that_came_before_are_answered_first() {
        List<JsonObject> answers = bodies(send(GET + "\r\n" + GET + "\r\n" + "GET\r\n\r\n" + GET + "\r\n"));

        assertEquals(3, answers.size());
        assertEquals(400, answers.getLast().getInteger("status"));
    }

    @Test
    void a_body_that_breaks_off_does_not_cost_the_answers_before_it() {
        String answer = send(GET + "\r\n" + CHUNKED + "\r\nxyz\r\n");

        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        assertEquals(400, bodies(answer).getLast().getInteger("status"));
    }

    @Test
    void a_caller_who_still_sends_gets_the_answer_all_the_same() {
        assertTrue(send(GET + "no colon\r\n\r\n" + "x".repeat(2_000_000)).startsWith("HTTP/1.1 400 "));
    }

    @Test
    void the_answer_says_which_request_it_is_about_as_far_as_that_was_read() {
        String answer = send(POST + "X-Request-ID: desk-7\r\nTransfer-Encoding: gzip\r\n\r\n");

        assertTrue(answer.contains("\r\nx-request-id: desk-7\r\n"), answer);
        assertEquals("desk-7", bodies(answer).getLast().getString("request_id"));
    }

    @Test
    void what_is_http_passes_also_in_single_bytes_and_on_one_connection() throws IOException {
        String body = Service.request().encode();
        String request = POST + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        try (Socket socket = new Socket("localhost", port())) {
            socket.setTcpNoDelay(true);
            for (byte one : request.getBytes(ISO_8859_1)) {
                socket.getOutputStream().write(one);
                socket.getOutputStream().flush();
            }
            socket.getOutputStream()
                    .write((POST + "Expect: 100-continue\r\nConnection: close\r\nContent-Length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(ISO_8859_1));
            String answers = read(socket.getInputStream());

            assertEquals(2, answers.split("HTTP/1.1 200 ", -1).length - 1, answers);
        }
    }

    @Test
    void http_1_0_is_answered() {
        assertTrue(send("GET /api/v1/models HTTP/1.0\r\n\r\n").startsWith("HTTP/1.0 200 "));
    }

    @Test
    void an_upgrade_to_http_2_is_overlooked() {
        String upgrade =
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
        String answers = send(GET + upgrade + GET + "Connection: close\r\n\r\n");
        assertEquals(2, answers.split("HTTP/1.1 200 ", -1).length - 1, answers);
    }

    @Test
    void requests_in_one_piece_are_answered_one_after_the_other() {
        String answers = send((GET + "\r\n").repeat(100) + GET + "Connection: close\r\n\r\n");

        assertEquals(101, answers.split("HTTP/1.1 200 ", -1).length - 1, answers);
    }

    @Test
    void nothing_of_it_is_a_fault_in_the_log() {
        malformed().forEach(one -> send(String.valueOf(one.get()[1])));

        assertFalse(service.output().contains("ERROR"), service::output);
        assertFalse(service.output().contains("Exception"), service::output);
    }

    private static String send(String request) {
        return Wire.answer(port(), request);
    }

    private static int port() {
        return service.at("/").getPort();
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Of answers that came one after the other: a list counts as an empty object. */
    private static List<JsonObject> bodies(String answers) {
        return Stream.of(answers.split("HTTP/1\\.1 [0-9]{3} ", -1))
                .skip(1)
                .map(answer -> answer.substring(answer.indexOf("\r\n\r\n") + 4))
                .map(body -> body.startsWith("{") ? new JsonObject(body) : new JsonObject())
                .toList();
    }
}
