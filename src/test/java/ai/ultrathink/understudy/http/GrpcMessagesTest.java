package ai.ultrathink.understudy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.Http2Connection;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes over gRPC and is no message: it is refused in words, nothing is logged as an error, and the connection goes on. */
@QuarkusTest
class GrpcMessagesTest {

    private static final String CALLS = "/inference.GRPCInferenceService/";

    @RegisterExtension
    final ErrorLog errors = new ErrorLog();

    private Http2Connection connection;

    @BeforeEach
    void connect() {
        connection = new Http2Connection(URI.create("http://localhost:" + RestAssured.port));
    }

    @AfterEach
    void the_connection_goes_on() {
        Http2Connection.Answer live = call("ServerLive", "0000000000");
        assertEquals("0", live.headers().get("grpc-status"), live::toString);
        assertFalse(connection.isLeft());
        assertEquals(1, connection.opened());
        connection.close();
    }

    private Http2Connection.Answer call(String name, String body) {
        return connection.call(CALLS + name, HexFormat.of().parseHex(body));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0100000000 | 13 | compressed",
                "0100000001ff | 13 | compressed",
                "0700000000 | 13 | compressed",
                "0000000004ffffffff | 3 | protobuf",
                "'' | 3 | got none",
                "0000 | 3 | 3 of its bytes",
                "0000000005 | 3 | 5 of its bytes",
                "00000000050102 | 3 | 3 of its bytes",
                "0000050000 | 8 | 256 KiB",
                "00ffffffff | 8 | 256 KiB"
            })
    void what_is_no_message_is_refused_in_words(String body, String status, String words) {
        Http2Connection.Answer refused = call("ModelInfer", body);

        String said = URLDecoder.decode(refused.headers().getOrDefault("grpc-message", ""), StandardCharsets.UTF_8);
        assertEquals(status, refused.headers().get("grpc-status"), refused::toString);
        assertTrue(said.contains(words), said);
        // the id of a prediction is in its message, which could not be read in one case
        assertTrue(refused.headers().containsKey("x-request-id") || words.equals("protobuf"), refused::toString);
    }

    @Test
    void no_answer_names_a_compression_that_is_not_taken() {
        for (String call : new String[] {"ServerLive", "ModelInfer", "Never"}) {
            for (String body : new String[] {"0000000000", "0100000000", "0000000004ffffffff"}) {
                assertEquals("identity", call(call, body).headers().get("grpc-accept-encoding"), call);
            }
        }
    }
}
