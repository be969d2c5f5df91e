package ai.ultrathink.understudy.testkit;

import ai.ultrathink.understudy.oip.grpc.GRPCInferenceServiceGrpc;
import ai.ultrathink.understudy.oip.grpc.InferTensorContents;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataResponse;
import ai.ultrathink.understudy.oip.grpc.ServerMetadataResponse;
import ai.ultrathink.understudy.testkit.OipServer.Deed;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpcio.server.GrpcIoServer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The gRPC side of {@link OipServer}, by the gRPC library and not by what is tested. */
final class OipGrpc {

    private static final byte[] HALF_MESSAGE = {0, 0, 0, 1, 0, 1, 2};

    private final OipServer server;
    private final GrpcIoServer calls;

    OipGrpc(Vertx vertx, OipServer server) {
        this.server = server;
        this.calls = GrpcIoServer.server(vertx);
        calls.callHandler(
                GRPCInferenceServiceGrpc.getServerMetadataMethod(),
                request -> request.response()
                        .end(ServerMetadataResponse.newBuilder()
                                .setName("strict")
                                .setVersion("1.0")
                                .build()));
        calls.callHandler(
                GRPCInferenceServiceGrpc.getModelMetadataMethod(),
                request -> request.handler(asked -> {
                    if (asked.getName().equals(OipServer.MODEL)
                            && (asked.getVersion().isEmpty()
                                    || asked.getVersion().equals(server.version()))) {
                        request.response().end(metadata());
                    } else {
                        refuse(request, GrpcStatus.NOT_FOUND, "no model " + asked.getName());
                    }
                }));
        calls.callHandler(
                GRPCInferenceServiceGrpc.getModelInferMethod(),
                request -> request.handler(asked -> infer(request, asked)));
    }

    void handle(HttpServerRequest request) {
        boolean infer = String.valueOf(request.path()).endsWith("/ModelInfer");
        if (infer && server.deed() == Deed.GARBAGE) {
            request.response()
                    .putHeader("content-type", "application/grpc")
                    .putTrailer("grpc-status", "0")
                    .end(Buffer.buffer(new byte[] {0, 0, 0, 0, 3, 99, 99, 99}));
        } else if (infer && server.deed() == Deed.LONG) {
            request.response()
                    .putHeader("content-type", "application/grpc")
                    .putTrailer("grpc-status", "0")
                    .end(Buffer.buffer(new byte[1 << 20]));
        } else if (infer && server.deed() == Deed.REDIRECT) {
            request.response()
                    .setStatusCode(302)
                    .putHeader("location", "/elsewhere")
                    .end();
        } else if (infer && server.misbehaves(request, HALF_MESSAGE)) {
            server.batches().add(0);
        } else {
            calls.handle(request);
        }
    }

    private ModelMetadataResponse metadata() {
        return ModelMetadataResponse.newBuilder()
                .setName(OipServer.MODEL)
                .addVersions(server.version())
                .setPlatform("echo_v1")
                .addInputs(tensor("x", server.datatype(), server.columns()))
                .addOutputs(tensor("p", "FP32", 3))
                .build();
    }

    private ModelMetadataResponse.TensorMetadata tensor(String name, String datatype, int columns) {
        return ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(name)
                .setDatatype(datatype)
                .addShape(server.firstDimension())
                .addShape(columns)
                .build();
    }

    private void infer(GrpcServerRequest<ModelInferRequest, ModelInferResponse> request, ModelInferRequest asked) {
        if (asked.getInputsCount() != 1
                || !asked.getModelName().equals(OipServer.MODEL)
                || asked.getRawInputContentsCount() != 1
                || asked.getInputs(0).hasContents()
                || !asked.getInputs(0).getName().equals("x")
                || !asked.getInputs(0).getDatatype().equals(server.datatype())) {
            refuse(request, GrpcStatus.INVALID_ARGUMENT, "not what the model takes");
            return;
        }
        FloatBuffer given = asked.getRawInputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] values = new float[given.remaining()];
        given.get(values);
        int rows = values.length / server.columns();
        if (!asked.getInputs(0).getShapeList().equals(List.of((long) rows, (long) server.columns()))) {
            refuse(
                    request,
                    GrpcStatus.INVALID_ARGUMENT,
                    "shape is " + asked.getInputs(0).getShapeList());
            return;
        }
        String refused = server.refuses(values);
        switch (server.deed()) {
            case BUSY -> refuse(request, GrpcStatus.UNAVAILABLE, "the model is loading");
            case TOO_MANY -> refuse(request, GrpcStatus.RESOURCE_EXHAUSTED, "too many requests");
            case BROKEN -> refuse(request, GrpcStatus.INTERNAL, refused);
            default -> {
                if (refused.isEmpty()) {
                    request.response().end(reply(asked, rows, server.answer(values)));
                } else {
                    refuse(request, GrpcStatus.INVALID_ARGUMENT, refused);
                }
            }
        }
    }

    private ModelInferResponse reply(ModelInferRequest asked, int rows, float[] answer) {
        Deed deed = server.deed();
        List<Float> numbers = new ArrayList<>();
        for (float number : answer) {
            numbers.add(number);
        }
        if (deed == Deed.TOO_FEW) {
            numbers.removeLast();
        }
        return ModelInferResponse.newBuilder()
                .setModelName(deed == Deed.OTHER_MODEL ? "other" : OipServer.MODEL)
                .setModelVersion(deed == Deed.OTHER_VERSION ? "99" : server.version())
                .setId(deed == Deed.WRONG_ID ? "another" : asked.getId())
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("p")
                        .setDatatype(deed == Deed.WRONG_TYPE ? "INT64" : "FP32")
                        .addShape(rows)
                        .addShape(deed == Deed.WRONG_SHAPE ? 4 : 3)
                        .setContents(InferTensorContents.newBuilder().addAllFp32Contents(numbers)))
                .build();
    }

    private static void refuse(GrpcServerRequest<?, ?> request, GrpcStatus status, String why) {
        request.response().status(status).statusMessage(why).end();
    }
}
