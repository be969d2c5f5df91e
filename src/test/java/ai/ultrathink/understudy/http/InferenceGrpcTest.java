package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.http.InferenceTest.inference;
import static ai.ultrathink.understudy.http.InferenceTest.inferred;
import static ai.ultrathink.understudy.http.InferenceTest.output;
import static ai.ultrathink.understudy.http.Service.createdSplit;
import static ai.ultrathink.understudy.http.Service.features;
import static ai.ultrathink.understudy.http.Service.get;
import static ai.ultrathink.understudy.http.Service.ok;
import static ai.ultrathink.understudy.http.Service.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.oip.grpc.GRPCInferenceServiceGrpc;
import ai.ultrathink.understudy.oip.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import ai.ultrathink.understudy.oip.grpc.InferParameter;
import ai.ultrathink.understudy.oip.grpc.InferTensorContents;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest.InferInputTensor;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest.InferRequestedOutputTensor;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataRequest;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataResponse;
import ai.ultrathink.understudy.oip.grpc.ModelReadyRequest;
import ai.ultrathink.understudy.oip.grpc.ServerLiveRequest;
import ai.ultrathink.understudy.oip.grpc.ServerMetadataRequest;
import ai.ultrathink.understudy.oip.grpc.ServerReadyRequest;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Open Inference Protocol over gRPC, on the port of everything else, asked by grpc-java. */
@QuarkusTest
class InferenceGrpcTest {

    private ManagedChannel channel;
    private GRPCInferenceServiceBlockingStub service;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("localhost", RestAssured.port)
                .usePlaintext()
                .build();
        service = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow();
        assertTrue(channel.awaitTermination(10, TimeUnit.SECONDS));
        Service.deleteTests();
    }

    /** A request with the features of each row, typed. */
    private static ModelInferRequest.Builder typed(String model, double... firsts) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (double first : firsts) {
            features(first).forEach(number -> contents.addFp32Contents(((Number) number).floatValue()));
        }
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(tensor(firsts.length).setContents(contents));
    }

    /** The same as bytes. */
    private static ModelInferRequest.Builder raw(String model, double... firsts) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * 43 * firsts.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double first : firsts) {
            features(first).forEach(number -> bytes.putFloat(((Number) number).floatValue()));
        }
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(tensor(firsts.length))
                .addRawInputContents(ByteString.copyFrom(bytes.array()));
    }

    private static InferInputTensor.Builder tensor(int rows) {
        return InferInputTensor.newBuilder()
                .setName("features")
                .setDatatype("FP32")
                .addShape(rows)
                .addShape(43);
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static final InferParameter YES =
            InferParameter.newBuilder().setBoolParam(true).build();

    private static List<Float> expected(double first) {
        JsonObject answer = inferred("bull_specialist", inference(features(first), 1, 43));
        return output(answer, "action_probabilities").getJsonArray("data").stream()
                .map(number -> ((Number) number).floatValue())
                .toList();
    }

    private void assertRefused(Status.Code code, ModelInferRequest.Builder request, String... words) {
        StatusRuntimeException refused =
                assertThrows(StatusRuntimeException.class, () -> service.modelInfer(request.build()));
        String description = String.valueOf(refused.getStatus().getDescription());
        assertEquals(code, refused.getStatus().getCode(), description);
        for (String word : words) {
            assertTrue(description.contains(word), () -> "no \"" + word + "\" in " + description);
        }
    }

    @Test
    void typed_numbers_are_answered_typed_and_as_over_rest() {
        ModelInferResponse answer =
                service.modelInfer(typed("bull_specialist", 0.5).setId("g").build());

        assertEquals("bull_specialist", answer.getModelName());
        assertEquals("1", answer.getModelVersion());
        assertEquals("g", answer.getId());
        assertEquals(0, answer.getParametersCount());
        assertEquals(0, answer.getRawOutputContentsCount());
        assertEquals(List.of("action_probabilities", "action"), names(answer));
        assertEquals(List.of(1L, 3L), answer.getOutputs(0).getShapeList());
        assertEquals(
                "HOLD,BUY,SELL",
                answer.getOutputs(0).getParametersOrThrow("labels").getStringParam());
        assertEquals(expected(0.5), answer.getOutputs(0).getContents().getFp32ContentsList());
        assertEquals(List.of(1L), answer.getOutputs(1).getShapeList());
        assertEquals("BYTES", answer.getOutputs(1).getDatatype());
        assertEquals(1, answer.getOutputs(1).getContents().getBytesContentsCount());
    }

    private static List<String> names(ModelInferResponse answer) {
        return answer.getOutputsList().stream().map(output -> output.getName()).toList();
    }

    @Test
    void raw_numbers_are_answered_raw() {
        ModelInferResponse answer =
                service.modelInfer(raw("bull_specialist", 0.5, 2).build());

        ByteBuffer chances =
                answer.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<Float> numbers = new ArrayList<>();
        while (chances.hasRemaining()) {
            numbers.add(chances.getFloat());
        }
        ByteBuffer actions =
                answer.getRawOutputContents(1).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<String> texts = new ArrayList<>();
        while (actions.hasRemaining()) {
            byte[] text = new byte[actions.getInt()];
            actions.get(text);
            texts.add(new String(text, java.nio.charset.StandardCharsets.UTF_8));
        }
        assertEquals(expected(0.5), numbers.subList(0, 3));
        assertEquals(expected(2), numbers.subList(3, 6));
        assertEquals(2, texts.size());
        assertFalse(answer.getOutputs(0).hasContents());
    }

    @Test
    void other_numbers_are_converted() {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (int i = 0; i < 43; i++) {
            contents.addInt64Contents(i % 3)
                    .addIntContents(i % 3)
                    .addFp64Contents(i % 3)
                    .addFp32Contents(i % 3);
        }
        List<List<Float>> answers = new ArrayList<>();
        for (String datatype : List.of("FP32", "FP64", "INT32", "INT64")) {
            answers.add(service.modelInfer(ModelInferRequest.newBuilder()
                            .setModelName("bull_specialist")
                            .addInputs(tensor(1).setDatatype(datatype).setContents(contents))
                            .build())
                    .getOutputs(0)
                    .getContents()
                    .getFp32ContentsList());
        }

        assertEquals(1, answers.stream().distinct().count(), answers::toString);
    }

    @Test
    void outputs_are_those_that_are_asked_for() {
        ModelInferResponse answer = service.modelInfer(raw("bull_specialist", 0.5)
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("action"))
                .build());

        assertEquals(List.of("action"), names(answer));
        assertEquals(1, answer.getRawOutputContentsCount());
    }

    @Test
    void each_row_is_a_prediction_that_the_named_test_places() {
        String testId = createdSplit("grpc", "constant_hold", "constant_buy", 1);

        ModelInferResponse answer = service.modelInfer(typed("constant_hold", 1, 2)
                .setId("batch")
                .putParameters("test_id", text(testId))
                .putParameters("unit_id", text("account-7"))
                .putParameters("symbol", text("spx"))
                .putParameters("explain", YES)
                .build());

        assertEquals(testId, answer.getParametersOrThrow("test_id").getStringParam());
        assertEquals("treatment", answer.getParametersOrThrow("assigned_group").getStringParam());
        assertEquals("treatment", answer.getParametersOrThrow("served_by").getStringParam());
        assertEquals("constant_hold", answer.getModelName());
        List<JsonObject> stored = rows(testId);
        assertEquals(
                Set.of("batch:0", "batch:1"),
                stored.stream().map(row -> row.getString("request_id")).collect(Collectors.toSet()));
        assertTrue(
                stored.stream()
                        .allMatch(row -> row.getString("unit_id").equals("account-7")
                                && row.getString("symbol").equals("SPX")),
                stored::toString);
    }

    @Test
    void server_and_models_say_what_they_are_as_over_rest() {
        JsonObject rest = ok(get("/v2/models/bull_specialist"));
        ModelMetadataResponse model = service.modelMetadata(
                ModelMetadataRequest.newBuilder().setName("bull_specialist").build());

        assertTrue(service.serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
        assertTrue(service.serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
        assertEquals(
                "understudy",
                service.serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getName());
        assertEquals(rest.getString("platform"), model.getPlatform());
        assertEquals(List.of("1"), model.getVersionsList());
        assertEquals("features", model.getInputs(0).getName());
        assertEquals(List.of(-1L, 43L), model.getInputs(0).getShapeList());
        assertEquals("action", model.getOutputs(1).getName());
        assertTrue(modelReady("bull_specialist", "1"));
        assertTrue(modelReady("bull_specialist", ""));
        assertFalse(modelReady("corrupt", ""));
    }

    private boolean modelReady(String name, String version) {
        return service.modelReady(ModelReadyRequest.newBuilder()
                        .setName(name)
                        .setVersion(version)
                        .build())
                .getReady();
    }

    @Test
    void an_unknown_model_version_or_test_is_not_found() {
        assertRefused(Status.Code.NOT_FOUND, typed("never", 1), "never", "bull_specialist");
        assertRefused(Status.Code.NOT_FOUND, typed("bull_specialist", 1).setModelVersion("2"), "version 2");
        assertRefused(
                Status.Code.NOT_FOUND,
                typed("bull_specialist", 1).putParameters("test_id", text("never-created")),
                "never-created");
        StatusRuntimeException refused =
                assertThrows(StatusRuntimeException.class, () -> modelReady("bull_specialist", "2"));
        assertEquals(Status.Code.NOT_FOUND, refused.getStatus().getCode());
    }

    @Test
    void what_gets_no_answer_is_unavailable_and_its_row_named() {
        assertRefused(Status.Code.UNAVAILABLE, typed("corrupt", 1), "corrupt", "not loaded");
        assertRefused(Status.Code.UNAVAILABLE, typed("throws_later", 1, Service.MISBEHAVE), "row 1 of 2", "control");
    }

    @Test
    void a_request_that_is_none_for_the_model_is_an_invalid_argument_and_says_why() {
        Status.Code invalid = Status.Code.INVALID_ARGUMENT;
        InferInputTensor.Builder nan = tensor(1)
                .setContents(InferTensorContents.newBuilder()
                        .addAllFp32Contents(java.util.Collections.nCopies(43, Float.NaN)));

        assertRefused(invalid, ModelInferRequest.newBuilder().setModelName("universal"), "inputs", "0 tensors");
        assertRefused(
                invalid,
                ModelInferRequest.newBuilder().setModelName("universal").addInputs(nan),
                "inputs[0].data[0]",
                "NaN",
                "finite");
        assertRefused(invalid, typed("universal", 1).addRawInputContents(ByteString.EMPTY), "one of them");
        assertRefused(
                invalid, raw("universal", 1).addRawInputContents(ByteString.EMPTY), "raw_input_contents", "2 tensors");
        assertRefused(
                invalid,
                raw("universal", 1).setRawInputContents(0, ByteString.copyFrom(new byte[171])),
                "171 bytes",
                "172");
        assertRefused(
                invalid,
                ModelInferRequest.newBuilder()
                        .setModelName("universal")
                        .addInputs(typed("", 1).getInputsBuilder(0).setDatatype("FP64")),
                "inputs[0].contents",
                "FP64");
        assertRefused(invalid, typed("universal", 1).putParameters("unit", text("a")), "parameters", "unit", "unit_id");
        assertRefused(
                invalid,
                typed("universal", 1)
                        .putParameters(
                                "unit_id",
                                InferParameter.newBuilder().setInt64Param(7).build()),
                "unit_id",
                "string");
        assertRefused(
                invalid,
                typed("universal", 1)
                        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("logits")),
                "logits",
                "action_probabilities");
    }

    @Test
    void a_message_that_is_too_large_is_refused_and_the_connection_goes_on() {
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class,
                () -> service.modelInfer(typed("universal", 1)
                        .addRawInputContents(ByteString.copyFrom(new byte[300_000]))
                        .build()));

        assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
        assertEquals(
                "the body is too large; allowed: 256 KiB", refused.getStatus().getDescription());
        assertEquals(
                "g",
                service.modelInfer(typed("universal", 1).setId("g").build()).getId());
    }

    @Test
    void a_compressed_message_is_refused_because_it_would_be_unpacked_without_a_bound() {
        StatusRuntimeException refused = assertThrows(
                StatusRuntimeException.class,
                () -> service.withCompression("gzip")
                        .modelInfer(typed("universal", 1).build()));

        assertEquals(Status.Code.UNIMPLEMENTED, refused.getStatus().getCode());
        assertTrue(String.valueOf(refused.getStatus().getDescription()).contains("identity"));
    }
}
