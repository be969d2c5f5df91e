package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.inference.InferRequest.RequestedOutput;
import ai.ultrathink.understudy.oip.Datatype;
import ai.ultrathink.understudy.oip.grpc.InferParameter;
import ai.ultrathink.understudy.oip.grpc.InferTensorContents;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest;
import ai.ultrathink.understudy.oip.grpc.ModelInferRequest.InferInputTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a request of the gRPC form. */
final class GrpcInferRequests {

    private GrpcInferRequests() {}

    /** @throws InvalidValueException if it is not one */
    static InferRequest read(ModelInferRequest request) {
        int raw = request.getRawInputContentsCount();
        if (raw != 0 && raw != request.getInputsCount()) {
            throw new InvalidValueException(
                    "raw_input_contents",
                    raw + " tensors",
                    request.getInputsCount() + ", one for each of inputs, or none and contents in each of inputs");
        }
        List<InputTensor> inputs = new ArrayList<>(request.getInputsCount());
        for (int i = 0; i < request.getInputsCount(); i++) {
            inputs.add(input(request, i));
        }
        List<RequestedOutput> outputs = request.getOutputsList().stream()
                .map(output -> {
                    parameters("outputs." + output.getName() + ".parameters", output.getParametersMap())
                            .ofTensor();
                    return new RequestedOutput(output.getName(), null);
                })
                .toList();
        return new InferRequest(
                request.getId().isEmpty() ? null : request.getId(),
                parameters("parameters", request.getParametersMap()).ofRequest(),
                inputs,
                outputs);
    }

    private static InputTensor input(ModelInferRequest request, int index) {
        InferInputTensor input = request.getInputs(index);
        String field = "inputs[" + index + "]";
        parameters(field + ".parameters", input.getParametersMap()).ofTensor();
        Datatype datatype = InputReader.datatype(input.getDatatype(), field + ".datatype");
        long[] shape = input.getShapeList().stream().mapToLong(Long::longValue).toArray();
        if (request.getRawInputContentsCount() == 0) {
            return InputTensor.of(field, input.getName(), shape, numbers(field, datatype, input.getContents()));
        }
        if (input.hasContents()) {
            throw new InvalidValueException(field, "contents and raw_input_contents", "one of them");
        }
        return InputTensor.ofBytes(
                field,
                input.getName(),
                datatype,
                shape,
                request.getRawInputContents(index).asReadOnlyByteBuffer());
    }

    private static float[] numbers(String field, Datatype datatype, InferTensorContents contents) {
        List<? extends Number> given = switch (datatype) {
            case FP32 -> contents.getFp32ContentsList();
            case FP64 -> contents.getFp64ContentsList();
            case INT32 -> contents.getIntContentsList();
            case INT64 -> contents.getInt64ContentsList();
        };
        float[] numbers = new float[given.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = given.get(i).floatValue();
        }
        if (numbers.length == 0) {
            throw new InvalidValueException(
                    field + ".contents",
                    "no numbers of " + datatype,
                    "as many as its shape says, or raw_input_contents");
        }
        return numbers;
    }

    private static Parameters parameters(String field, Map<String, InferParameter> given) {
        Map<String, Object> values = new HashMap<>();
        given.forEach((name, value) -> {
            switch (value.getParameterChoiceCase()) {
                case BOOL_PARAM -> values.put(name, value.getBoolParam());
                case INT64_PARAM -> values.put(name, value.getInt64Param());
                case UINT64_PARAM -> values.put(name, value.getUint64Param());
                case DOUBLE_PARAM -> values.put(name, value.getDoubleParam());
                case STRING_PARAM -> values.put(name, value.getStringParam());
                case PARAMETERCHOICE_NOT_SET -> throw new InvalidValueException(field + "." + name, null, "a value");
            }
        });
        return new Parameters(field, values);
    }
}
