package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.inference.Inference.Named;
import ai.ultrathink.understudy.http.inference.Inferred.Cause;
import ai.ultrathink.understudy.http.request.RequestId;
import ai.ultrathink.understudy.oip.grpc.GRPCInferenceService;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataRequest;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataResponse;
import ai.ultrathink.understudy.oip.grpc.ModelReadyRequest;
import ai.ultrathink.understudy.oip.grpc.ModelReadyResponse;
import ai.ultrathink.understudy.oip.grpc.ServerLiveRequest;
import ai.ultrathink.understudy.oip.grpc.ServerLiveResponse;
import ai.ultrathink.understudy.oip.grpc.ServerMetadataRequest;
import ai.ultrathink.understudy.oip.grpc.ServerMetadataResponse;
import ai.ultrathink.understudy.oip.grpc.ServerReadyRequest;
import ai.ultrathink.understudy.oip.grpc.ServerReadyResponse;
import ai.ultrathink.understudy.trace.RequestTrace;
import ai.ultrathink.understudy.trace.Tracing;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The Open Inference Protocol over gRPC. Who may make which call is decided before: http.problem. */
@Singleton
@GrpcService
class InferenceGrpc implements GRPCInferenceService {

    private static final Logger LOG = Logger.getLogger(InferenceGrpc.class);

    private final ServerState server;
    private final Inference inference;
    private final Tracing tracing;

    InferenceGrpc(ServerState server, Inference inference, Tracing tracing) {
        this.server = server;
        this.tracing = tracing;
        this.inference = inference;
    }

    @Override
    public Uni<ServerLiveResponse> serverLive(ServerLiveRequest request) {
        return server.live()
                .map(live -> ServerLiveResponse.newBuilder().setLive(live).build());
    }

    @Override
    public Uni<ServerReadyResponse> serverReady(ServerReadyRequest request) {
        return server.ready()
                .map(ready -> ServerReadyResponse.newBuilder().setReady(ready).build());
    }

    @Override
    public Uni<ServerMetadataResponse> serverMetadata(ServerMetadataRequest request) {
        ServerView view = server.server();
        return Uni.createFrom()
                .item(ServerMetadataResponse.newBuilder()
                        .setName(view.name())
                        .setVersion(view.version())
                        .addAllExtensions(view.extensions())
                        .build());
    }

    @Override
    public Uni<ModelReadyResponse> modelReady(ModelReadyRequest request) {
        return switch (inference.find(request.getName(), version(request.getVersion()))) {
            case Named.Loaded loaded ->
                Uni.createFrom()
                        .item(ModelReadyResponse.newBuilder().setReady(true).build());
            case Named.Missing missing ->
                missing.why().cause() == Cause.UNAVAILABLE
                        ? Uni.createFrom()
                                .item(ModelReadyResponse.newBuilder()
                                        .setReady(false)
                                        .build())
                        : Uni.createFrom().failure(status(missing.why()));
        };
    }

    @Override
    public Uni<ModelMetadataResponse> modelMetadata(ModelMetadataRequest request) {
        return switch (inference.find(request.getName(), version(request.getVersion()))) {
            case Named.Loaded loaded ->
                Uni.createFrom().item(response(ModelMetadata.of(request.getName(), loaded.signature())));
            case Named.Missing missing -> Uni.createFrom().failure(status(missing.why()));
        };
    }

    private static ModelMetadataResponse response(ModelMetadata model) {
        ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addAllVersions(model.versions())
                .setPlatform(model.platform());
        model.inputs().forEach(input -> response.addInputs(tensor(input)));
        model.outputs().forEach(output -> response.addOutputs(tensor(output)));
        return response.build();
    }

    private static ModelMetadataResponse.TensorMetadata tensor(ModelMetadata.Tensor tensor) {
        return ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.datatype())
                .addAllShape(tensor.shape())
                .build();
    }

    @Override
    public Uni<ModelInferResponse> modelInfer(ModelInferRequest request) {
        RequestTrace trace = tracing.current();
        return Uni.createFrom()
                .deferred(() -> inference.infer(
                        request.getModelName(),
                        version(request.getModelVersion()),
                        () -> GrpcInferRequests.read(request),
                        RequestId.kept()))
                .onFailure()
                .transform(InferenceGrpc::failed)
                .map(inferred -> switch (inferred) {
                    case Inferred.Answered answered ->
                        GrpcInferResponses.write(answered, request.getRawInputContentsCount() > 0);
                    case Inferred.Refused refused -> throw status(refused);
                })
                .onTermination()
                .invoke(() -> trace.end(200));
    }

    private static @Nullable String version(String given) {
        return given.isEmpty() ? null : given;
    }

    private static StatusRuntimeException failed(Throwable failure) {
        if (failure instanceof InvalidValueException invalid) {
            return Status.INVALID_ARGUMENT.withDescription(invalid.getMessage()).asRuntimeException();
        }
        LOG.error("unexpected error in a request; please report this", failure);
        return Status.INTERNAL
                .withDescription("unexpected error; the service's log has details")
                .asRuntimeException();
    }

    private static StatusRuntimeException status(Inferred.Refused refused) {
        Status status = switch (refused.cause()) {
            case INVALID -> Status.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.NOT_FOUND;
            case UNAVAILABLE -> Status.UNAVAILABLE;
        };
        return status.withDescription(refused.detail()).asRuntimeException();
    }
}
