package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.oip.Datatype;
import ai.ultrathink.understudy.oip.grpc.InferTensorContents;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataResponse;
import ai.ultrathink.understudy.oip.grpc.ServerMetadataResponse;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;

/** The protocol's messages of gRPC. */
final class OipProtobuf {

    private OipProtobuf() {}

    static ModelInferRequest request(OipRequest request, RemoteTarget target) {
        ModelInferRequest.Builder message = ModelInferRequest.newBuilder()
                .setModelName(target.model())
                .setId(request.id())
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName(request.input())
                        .setDatatype(request.datatype().name())
                        .addAllShape(request.shape()))
                .addRawInputContents(ByteString.copyFrom(request.bytes()));
        String version = target.version();
        if (version != null) {
            message.setModelVersion(version);
        }
        String output = request.output();
        if (output != null) {
            message.addOutputs(
                    ModelInferRequest.InferRequestedOutputTensor.newBuilder().setName(output));
        }
        return message.build();
    }

    static InferReply reply(OipRequest request, RemoteTarget target, ModelInferResponse reply, ExchangeTimes times)
            throws RemoteException {
        List<TensorMetadata> outputs = reply.getOutputsList().stream()
                .map(output -> new TensorMetadata(output.getName(), output.getDatatype(), output.getShapeList()))
                .toList();
        return new ReplyReader(reply.getId(), reply.getModelName(), reply.getModelVersion(), outputs)
                .read(request, target, (at, datatype) -> numbers(reply, at, datatype), times);
    }

    /** Raw contents are in the order of the outputs. */
    private static FloatBuffer numbers(ModelInferResponse reply, int at, Datatype datatype) throws RemoteException {
        ModelInferResponse.InferOutputTensor output = reply.getOutputs(at);
        if (reply.getRawOutputContentsCount() > 0) {
            if (reply.getRawOutputContentsCount() != reply.getOutputsCount() || output.hasContents()) {
                throw RemoteException.invalid("its reply has " + reply.getRawOutputContentsCount()
                        + " raw contents for " + reply.getOutputsCount()
                        + " outputs; expected one for each, or none");
            }
            ByteBuffer bytes = reply.getRawOutputContents(at).asReadOnlyByteBuffer();
            return TensorBytes.read(datatype, bytes);
        }
        InferTensorContents contents = output.getContents();
        boolean wide = datatype == Datatype.FP64;
        int count = wide ? contents.getFp64ContentsCount() : contents.getFp32ContentsCount();
        FloatBuffer values = FloatBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            values.put(wide ? (float) contents.getFp64Contents(i) : contents.getFp32Contents(i));
        }
        return values.flip();
    }

    static OipModelMetadata model(ModelMetadataResponse model) {
        return new OipModelMetadata(
                model.getName(),
                model.getVersionsList(),
                model.getPlatform(),
                tensors(model.getInputsList()),
                tensors(model.getOutputsList()));
    }

    private static List<TensorMetadata> tensors(List<ModelMetadataResponse.TensorMetadata> tensors) {
        return tensors.stream()
                .map(tensor -> new TensorMetadata(tensor.getName(), tensor.getDatatype(), tensor.getShapeList()))
                .toList();
    }

    static ServerMetadata server(ServerMetadataResponse server) {
        return new ServerMetadata(
                ServerText.shown(server.getName()),
                ServerText.shown(server.getVersion()),
                Set.copyOf(server.getExtensionsList()));
    }
}
