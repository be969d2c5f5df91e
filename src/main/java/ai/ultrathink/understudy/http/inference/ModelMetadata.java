package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.inference.ModelSignature;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a model takes and answers, as the protocol has it. */
@Schema(name = "InferenceModel")
record ModelMetadata(
        String name,
        List<String> versions,

        @Schema(description = "what runs the model, such as understudy_torchscript")
        String platform,

        List<Tensor> inputs,
        List<Tensor> outputs) {

    /** The name of the input of a model whose card names none. */
    static final String FEATURES = "features";

    private static final long ANY = -1;

    /**
     * A tensor.
     *
     * @param shape the lengths of its axes; -1 is any
     */
    @Schema(name = "InferenceTensorMetadata")
    record Tensor(
            String name,
            String datatype,
            @JsonProperty("shape") List<Long> shape) {}

    static ModelMetadata of(String name, ModelSignature model) {
        String input = model.input().name();
        return new ModelMetadata(
                name,
                List.of(model.version().version()),
                "understudy_" + model.runtime(),
                List.of(new Tensor(
                        input == null ? FEATURES : input,
                        "FP32",
                        rows(model.input().shape().stream()
                                .map(Integer::longValue)
                                .toList()))),
                List.of(
                        tensor(RequestedOutputs.Output.ACTION_PROBABILITIES, List.of((long)
                                model.actions().size())),
                        tensor(RequestedOutputs.Output.ACTION, List.of())));
    }

    private static Tensor tensor(RequestedOutputs.Output output, List<Long> row) {
        return new Tensor(output.text(), output.datatype(), rows(row));
    }

    private static List<Long> rows(List<Long> row) {
        List<Long> shape = new ArrayList<>();
        shape.add(ANY);
        shape.addAll(row);
        return List.copyOf(shape);
    }
}
