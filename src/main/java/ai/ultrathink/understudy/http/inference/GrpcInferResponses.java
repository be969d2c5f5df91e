package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.http.inference.RequestedOutputs.Asked;
import ai.ultrathink.understudy.http.inference.RequestedOutputs.Output;
import ai.ultrathink.understudy.oip.grpc.InferParameter;
import ai.ultrathink.understudy.oip.grpc.InferTensorContents;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse.InferOutputTensor;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

/** Writes an answer in the gRPC form. */
final class GrpcInferResponses {

    private GrpcInferResponses() {}

    /** @param raw whether tensors are bytes, as those of the request were */
    static ModelInferResponse write(Inferred.Answered answered, boolean raw) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(answered.model())
                .setModelVersion(answered.version())
                .setId(answered.id());
        Explained.of(answered).forEach((name, value) -> response.putParameters(name, text(value)));
        AnswerTensors tensors = new AnswerTensors(answered);
        for (Asked asked : answered.outputs()) {
            InferOutputTensor.Builder tensor = tensor(asked.output(), tensors);
            if (raw) {
                response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(tensors.bytes(asked.output())));
            } else {
                tensor.setContents(contents(asked.output(), tensors));
            }
            response.addOutputs(tensor);
        }
        return response.build();
    }

    private static InferOutputTensor.Builder tensor(Output output, AnswerTensors tensors) {
        InferOutputTensor.Builder tensor =
                InferOutputTensor.newBuilder().setName(output.text()).setDatatype(output.datatype());
        for (long axis : tensors.shape(output)) {
            tensor.addShape(axis);
        }
        return output == Output.ACTION_PROBABILITIES
                ? tensor.putParameters(InferResponseWriter.LABELS, text(tensors.labels()))
                : tensor;
    }

    private static InferTensorContents contents(Output output, AnswerTensors tensors) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        switch (output) {
            case ACTION_PROBABILITIES -> {
                for (float probability : tensors.probabilities()) {
                    contents.addFp32Contents(probability);
                }
            }
            case ACTION ->
                tensors.actions().forEach(action -> contents.addBytesContents(ByteString.copyFromUtf8(action)));
        }
        return contents.build();
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }
}
