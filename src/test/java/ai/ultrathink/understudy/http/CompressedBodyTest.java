package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.Service.PREDICT;
import static ai.ultrathink.understudy.http.Service.TESTS;
import static ai.ultrathink.understudy.http.Service.explicitTest;
import static ai.ultrathink.understudy.http.Service.newId;
import static ai.ultrathink.understudy.http.Service.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies with a Content-Encoding. */
@QuarkusTest
class CompressedBodyTest {

    private static final int MEGABYTE = 1024 * 1024;

    @AfterEach
    void delete_the_tests() {
        Service.deleteTests();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
    void gzip_is_unpacked(String coding) throws IOException {
        assertOk(200, send(PREDICT, coding, gzip(request().encode().getBytes(UTF_8))));
        byte[] test = explicitTest(newId("gzip"), "constant_hold", "constant_buy")
                .encode()
                .getBytes(UTF_8);
        assertOk(201, send(TESTS + "/create", coding, gzip(test)));
    }

    @Test
    void a_body_that_is_not_encoded_may_say_so() {
        assertOk(200, send(PREDICT, "identity", request().encode().getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "zstd", "gzip, gzip", "nonsense"})
    void other_codings_are_refused_with_the_one_that_is_known(String coding) {
        String answer = send(PREDICT, coding, request().encode().getBytes(UTF_8));

        Wire.assertProblem(415, answer, "allowed: gzip");
        assertTrue(answer.contains("Accept-Encoding: gzip"), answer);
    }

    @Test
    void what_is_no_gzip_or_ends_too_early_is_refused() throws IOException {
        byte[] whole = gzip(request().encode().getBytes(UTF_8));

        Wire.assertProblem(400, send(PREDICT, "gzip", request().encode().getBytes(UTF_8)), "gzip");
        Wire.assertProblem(400, send(PREDICT, "gzip", Arrays.copyOf(whole, whole.length - 9)), "gzip");
        Wire.assertProblem(400, send(TESTS + "/create", "gzip", Arrays.copyOf(whole, 20)), "gzip");
    }

    @Test
    void no_more_is_unpacked_than_a_body_may_have() throws IOException {
        byte[] spaces = new byte[100 * MEGABYTE];
        Arrays.fill(spaces, (byte) ' ');
        byte[] bomb = gzip(spaces);
        assertTrue(bomb.length < 256 * 1024);

        Wire.assertProblem(413, send(PREDICT, "gzip", bomb), "256 KiB");
        Wire.assertProblem(413, send(TESTS + "/create", "gzip", bomb), "256 KiB");
    }

    private static void assertOk(int status, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }

    private static String send(String path, String coding, byte[] body) {
        return Wire.answer(
                "POST", path, List.of("Content-Type: application/json", "Content-Encoding: " + coding), body);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }
}
