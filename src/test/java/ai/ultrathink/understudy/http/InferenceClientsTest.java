package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.InferenceTest.inference;
import static ai.ultrathink.understudy.http.InferenceTest.inferred;
import static ai.ultrathink.understudy.http.InferenceTest.output;
import static ai.ultrathink.understudy.http.Service.features;
import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.oip.grpc.GRPCInferenceServiceGrpc;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The requests of a client that others have written: those of tritonclient, byte by byte as it sent them. The client itself is not run
 * here, because the Python package index is not reached everywhere.
 */
@QuarkusTest
class InferenceClientsTest {

    private static final JsonObject RECORDED = recorded();

    @BeforeAll
    static void say_what_is_not_run() {
        System.out.println("Open Inference Protocol: the requests are recorded ones, of " + RECORDED.getString("client")
                + "; the client itself is not run");
    }

    private static JsonObject recorded() {
        try {
            return new JsonObject(Files.readString(Path.of("src/test/resources/oip/tritonclient.json")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A request over HTTP. */
    record Exchange(JsonObject call) {

        Response send() {
            // not a header more than the client sends
            RequestSpecification request = given().config(RestAssured.config()
                    .encoderConfig(
                            EncoderConfig.encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false)));
            call.getJsonObject("headers").forEach(header -> request.header(header.getKey(), header.getValue()));
            byte[] body = Base64.getDecoder().decode(call.getString("body"));
            if (call.getString("method").equals("POST")) {
                request.body(body);
            }
            return request.request(call.getString("method"), call.getString("path"));
        }

        boolean isInference() {
            return call.getString("path").endsWith("/infer");
        }

        @Override
        public String toString() {
            return call.getString("call");
        }
    }

    static List<Exchange> exchanges() {
        return RECORDED.getJsonArray("http").stream()
                .map(call -> new Exchange((JsonObject) call))
                .toList();
    }

    /** The probabilities of both rows, which are the same. */
    private static List<Float> expected() {
        JsonArray one = output(inferred("bull_specialist", inference(features(0.5), 1, 43)), "action_probabilities")
                .getJsonArray("data");
        List<Float> both = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            both.add(one.getFloat(i % 3));
        }
        return both;
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void each_request_is_answered_as_the_client_reads_it(Exchange exchange) {
        Response answer = exchange.send();

        assertEquals(200, answer.statusCode(), answer.asString());
        if (exchange.isInference()) {
            assertEquals(expected(), probabilities(answer));
        } else {
            assertTrue(new JsonObject(answer.asString()).size() > 0);
        }
    }

    /** As that client reads them: in the order of the outputs, the bytes of each after those of the one before. */
    private static List<Float> probabilities(Response answer) {
        byte[] body = answer.asByteArray();
        String header = answer.header("Inference-Header-Content-Length");
        int at = header == null ? body.length : Integer.parseInt(header);
        JsonObject json = new JsonObject(new String(body, 0, at, StandardCharsets.UTF_8));
        assertEquals("t", json.getString("id"));
        List<Float> numbers = new ArrayList<>();
        for (Object each : json.getJsonArray("outputs")) {
            JsonObject output = (JsonObject) each;
            int size = output.getJsonObject("parameters", new JsonObject()).getInteger("binary_data_size", 0);
            if (output.getString("name").equals("action_probabilities")) {
                if (header == null) {
                    output.getJsonArray("data").forEach(number -> numbers.add(((Number) number).floatValue()));
                } else {
                    ByteBuffer bytes = ByteBuffer.wrap(body, at, size).order(ByteOrder.LITTLE_ENDIAN);
                    while (bytes.hasRemaining()) {
                        numbers.add(bytes.getFloat());
                    }
                }
            }
            at += size;
        }
        return numbers;
    }

    @Test
    void a_message_over_grpc_is_answered_as_the_client_reads_it() throws IOException {
        byte[] message = Base64.getDecoder()
                .decode(RECORDED.getJsonArray("grpc").getJsonObject(0).getString("message"));
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", RestAssured.port)
                .usePlaintext()
                .build();
        try {
            ModelInferResponse answer =
                    GRPCInferenceServiceGrpc.newBlockingStub(channel).modelInfer(ModelInferRequest.parseFrom(message));

            ByteBuffer bytes =
                    answer.getRawOutputContents(1).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            List<Float> numbers = new ArrayList<>();
            while (bytes.hasRemaining()) {
                numbers.add(bytes.getFloat());
            }
            assertEquals("t", answer.getId());
            assertEquals("action", answer.getOutputs(0).getName());
            assertEquals(expected(), numbers);
        } finally {
            channel.shutdownNow();
        }
    }
}
