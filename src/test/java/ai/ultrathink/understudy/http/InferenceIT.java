package ai.ultrathink.understudy.http;

import static ai.ultrathink.understudy.testkit.TokenLines.everyRole;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.oip.grpc.GRPCInferenceServiceGrpc;
import ai.ultrathink.understudy.oip.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import ai.ultrathink.understudy.oip.grpc.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import ai.ultrathink.understudy.oip.grpc.InferTensorContents;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest.InferInputTensor;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataRequest;
import ai.ultrathink.understudy.oip.grpc.ModelReadyRequest;
import ai.ultrathink.understudy.oip.grpc.ServerLiveRequest;
import ai.ultrathink.understudy.oip.grpc.ServerMetadataRequest;
import ai.ultrathink.understudy.oip.grpc.ServerReadyRequest;
import ai.ultrathink.understudy.testkit.Http2Connection;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The Open Inference Protocol of the packaged service with tokens: who may make which call over gRPC, and what a connection may do. */
class InferenceIT {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String CALLS = "/inference.GRPCInferenceService/";
    private static final int SETTINGS = 4;
    private static final int MAX_CONCURRENT_STREAMS = 3;

    private static ServiceProcess service;
    private static ManagedChannel channel;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path tokens = Files.writeString(directory.resolve("tokens"), everyRole());
        service = ServiceProcess.start(
                        directory,
                        Map.of(
                                "UNDERSTUDY_AUTH",
                                "tokens",
                                "UNDERSTUDY_TOKENS_FILE",
                                tokens.toString(),
                                "DATABASE_URL",
                                "postgresql://localhost:1/none"))
                .awaitReady();
        channel = NettyChannelBuilder.forAddress("localhost", port())
                .usePlaintext()
                .build();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        service.close();
    }

    private static int port() {
        return service.at("/").getPort();
    }

    /** A client with this value of "authorization" in its metadata. */
    private static GRPCInferenceServiceBlockingStub as(@Nullable String authorization) {
        Metadata metadata = new Metadata();
        if (authorization != null) {
            metadata.put(AUTHORIZATION, authorization);
        }
        return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    private static ModelInferRequest request() {
        return ModelInferRequest.newBuilder()
                .setModelName("bull_specialist")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("features")
                        .setDatatype("FP32")
                        .addShape(43)
                        .setContents(
                                InferTensorContents.newBuilder().addAllFp32Contents(Collections.nCopies(43, 0.5f))))
                .build();
    }

    private static void assertRefused(Status.Code code, Executable call, String... words) {
        Status status = assertThrows(StatusRuntimeException.class, call).getStatus();
        assertEquals(code, status.getCode(), String.valueOf(status));
        for (String word : words) {
            assertTrue(String.valueOf(status.getDescription()).contains(word), status::toString);
        }
    }

    @Test
    void probes_need_no_token() {
        assertTrue(as(null).serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
        assertTrue(as("Bearer wrong")
                .serverReady(ServerReadyRequest.getDefaultInstance())
                .getReady());
    }

    @Test
    void a_call_without_a_valid_token_is_unauthenticated_also_from_the_machine_itself() {
        for (String authorization : new @Nullable String[] {null, "Bearer wrong", "Basic caller"}) {
            GRPCInferenceServiceBlockingStub stranger = as(authorization);
            assertRefused(
                    Status.Code.UNAUTHENTICATED, () -> stranger.modelInfer(request()), "Authorization", "role caller");
            assertRefused(
                    Status.Code.UNAUTHENTICATED,
                    () -> stranger.serverMetadata(ServerMetadataRequest.getDefaultInstance()),
                    "caller or viewer");
            assertRefused(
                    Status.Code.UNAUTHENTICATED,
                    () -> stranger.modelMetadata(ModelMetadataRequest.getDefaultInstance()));
            assertRefused(
                    Status.Code.UNAUTHENTICATED, () -> stranger.modelReady(ModelReadyRequest.getDefaultInstance()));
        }
    }

    @Test
    void a_caller_infers_and_other_roles_do_not() {
        assertEquals(
                "bull_specialist", as("Bearer caller").modelInfer(request()).getModelName());
        for (String role : List.of("viewer", "operator", "approver", "admin")) {
            assertRefused(
                    Status.Code.PERMISSION_DENIED,
                    () -> as("Bearer " + role).modelInfer(request()),
                    role + "-token",
                    "role caller");
        }
    }

    @Test
    void callers_and_viewers_see_the_server_and_its_models() {
        for (String role : List.of("caller", "viewer", "operator", "approver", "admin")) {
            GRPCInferenceServiceBlockingStub client = as("Bearer " + role);
            assertEquals(
                    "understudy",
                    client.serverMetadata(ServerMetadataRequest.getDefaultInstance())
                            .getName());
            assertTrue(client.modelReady(
                            ModelReadyRequest.newBuilder().setName("universal").build())
                    .getReady());
        }
    }

    @Test
    void calls_over_grpc_are_counted_with_the_others() {
        as("Bearer caller").modelInfer(request());

        await().atMost(Duration.ofSeconds(20))
                .until(() -> service.send(service.request("/q/metrics").GET())
                        .body()
                        .contains("uri=\"/inference.GRPCInferenceService/ModelInfer\""));
    }

    @Test
    void a_call_that_is_cancelled_costs_no_other_call_of_its_connection() {
        byte[] live = {0, 0, 0, 0, 0};
        try (Http2Connection connection = new Http2Connection(service.at("/"))) {
            for (int round = 0; round < 50; round++) {
                connection.cancelledCall(CALLS + "ServerLive", live);
                connection.cancelledCall(CALLS + "ModelInfer", live);
                connection.cancelledCall("/no.Service/Call", live);

                assertEquals(
                        "0",
                        connection.call(CALLS + "ServerLive", live).headers().get("grpc-status"));
            }
            assertFalse(connection.isLeft());
            assertEquals(1, connection.opened());
        }
    }

    @Test
    void a_client_that_cancels_calls_loses_no_other() throws Exception {
        GRPCInferenceServiceFutureStub client = GRPCInferenceServiceGrpc.newFutureStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer("caller")));
        for (int round = 0; round < 20; round++) {
            Future<ModelInferResponse> cancelled = client.modelInfer(request());
            TimeUnit.MICROSECONDS.sleep(500L * (round % 5));
            cancelled.cancel(true);
            List<Future<ModelInferResponse>> others = new ArrayList<>();
            for (int other = 0; other < 10; other++) {
                others.add(client.modelInfer(request()));
            }
            for (Future<ModelInferResponse> other : others) {
                assertEquals("bull_specialist", other.get(20, TimeUnit.SECONDS).getModelName());
            }
        }
    }

    private static Metadata bearer(String token) {
        Metadata metadata = new Metadata();
        metadata.put(AUTHORIZATION, "Bearer " + token);
        return metadata;
    }

    @Test
    void a_connection_of_http2_has_a_bound_of_streams() throws IOException {
        try (Socket socket = new Socket("localhost", port())) {
            socket.setSoTimeout(20_000);
            ByteArrayOutputStream opening = new ByteArrayOutputStream();
            opening.writeBytes(
                    String.join("\r\n", "PRI * HTTP/2.0", "", "SM", "", "").getBytes(UTF_8));
            opening.writeBytes(new byte[] {0, 0, 0, SETTINGS, 0, 0, 0, 0, 0});
            socket.getOutputStream().write(opening.toByteArray());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();

            assertEquals(SETTINGS, in.readUnsignedByte());
            in.skipNBytes(5);
            int streams = -1;
            for (int setting = 0; setting < length / 6; setting++) {
                int id = in.readUnsignedShort();
                int value = in.readInt();
                streams = id == MAX_CONCURRENT_STREAMS ? value : streams;
            }
            assertEquals(100, streams);
        }
    }
}
