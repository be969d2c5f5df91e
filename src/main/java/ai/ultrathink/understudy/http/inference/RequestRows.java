package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.inference.ModelSignature;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.trace.RequestTrace;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Divides a request into predictions, one for each row of its input. */
final class RequestRows {

    /** Limit on the rows of a request. */
    static final int MOST = 64;

    private static final String NO_SYMBOL = "-";

    private RequestRows() {}

    /**
     * The predictions.
     *
     * @param model the name that was asked for
     * @param id the id of the request; with several rows each has its number after a colon
     * @param trace of the request, which all rows share
     * @throws InvalidValueException if the input is not the model's, or a parameter is not allowed
     */
    static List<PredictionRequest> of(
            InferRequest request, String model, String id, ModelSignature signature, RequestTrace trace) {
        InputTensor input = input(request, signature.input());
        int size = signature.input().size();
        int rows = rows(input, signature.input());
        Parameters parameters = request.parameters();
        String unitId = parameters.text(Parameters.UNIT_ID);
        String symbol = parameters.text(Parameters.SYMBOL);
        String testId = parameters.text(Parameters.TEST_ID);
        IdentifierRules.id("id", id);
        List<PredictionRequest> predictions = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            String rowId = rows == 1 ? id : IdentifierRules.id("id with the number of the row", id + ":" + row);
            predictions.add(new PredictionRequest(
                    rowId,
                    unitId == null ? rowId : unitId,
                    symbol == null ? NO_SYMBOL : symbol,
                    features(input, row, rows, size),
                    model,
                    testId,
                    trace));
        }
        return predictions;
    }

    private static Features features(InputTensor input, int row, int rows, int size) {
        return rows == 1
                ? Features.of(input.numbers())
                : Features.of(Arrays.copyOfRange(input.numbers(), row * size, (row + 1) * size));
    }

    private static InputTensor input(InferRequest request, InputForm form) {
        if (request.inputs().size() != 1) {
            throw new InvalidValueException("inputs", request.inputs().size() + " tensors", "one, with all features");
        }
        InputTensor input = request.inputs().getFirst();
        String own = form.name();
        if (own != null && !input.name().equals(own) && !input.name().equals(ModelMetadata.FEATURES)) {
            throw new InvalidValueException("inputs[0].name", input.name(), own + ", or " + ModelMetadata.FEATURES);
        }
        return input;
    }

    private static int rows(InputTensor input, InputForm form) {
        long[] shape = input.shape();
        if (shape.length == 1 && shape[0] == form.size()) {
            return 1;
        }
        boolean flat = shape.length == 2 && shape[1] == form.size();
        if (shape.length < 2
                || shape[0] < 1
                || shape[0] > MOST
                || !(flat || Arrays.equals(shape, form.batch((int) shape[0])))) {
            throw new InvalidValueException("inputs[0].shape", Arrays.toString(shape), allowed(form));
        }
        return (int) shape[0];
    }

    private static String allowed(InputForm form) {
        String own = form.shape().size() == 1
                ? ""
                : " or " + form.shape().stream().map(String::valueOf).collect(Collectors.joining(", ", "[n, ", "]"));
        return "[" + form.size() + "] or [n, " + form.size() + "]" + own + ", with n rows from 1 to " + MOST;
    }
}
