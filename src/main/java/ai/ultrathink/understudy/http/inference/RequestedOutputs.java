package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.inference.InferRequest.RequestedOutput;
import java.util.ArrayList;
import java.util.List;

/** The outputs of an answer, in the order in which they were asked for. */
final class RequestedOutputs {

    /** An output that each model has. */
    enum Output {
        ACTION_PROBABILITIES("action_probabilities", "FP32"),
        ACTION("action", "BYTES");

        private final String text;
        private final String datatype;

        Output(String text, String datatype) {
            this.text = text;
            this.datatype = datatype;
        }

        /** Its name in the protocol. */
        String text() {
            return text;
        }

        String datatype() {
            return datatype;
        }

        static Output of(String field, String name) {
            for (Output output : values()) {
                if (output.text.equals(name)) {
                    return output;
                }
            }
            throw new InvalidValueException(field, name, ACTION_PROBABILITIES.text + ", " + ACTION.text);
        }
    }

    /**
     * One of them.
     *
     * @param binary whether as bytes
     */
    record Asked(Output output, boolean binary) {}

    private RequestedOutputs() {}

    /** @throws InvalidValueException if one is unknown, or there twice */
    static List<Asked> of(InferRequest request) {
        boolean binary = request.parameters().isSet(Parameters.BINARY_OUTPUT);
        if (request.outputs().isEmpty()) {
            return List.of(new Asked(Output.ACTION_PROBABILITIES, binary), new Asked(Output.ACTION, binary));
        }
        List<Asked> asked = new ArrayList<>(2);
        for (RequestedOutput given : request.outputs()) {
            String field = "outputs[" + asked.size() + "].name";
            Output output = Output.of(field, given.name());
            if (asked.stream().anyMatch(earlier -> earlier.output == output)) {
                throw new InvalidValueException(field, given.name() + " twice", "each output once");
            }
            asked.add(new Asked(output, given.binary() == null ? binary : given.binary()));
        }
        return asked;
    }
}
