package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.remote.OipModelMetadata;
import ai.ultrathink.understudy.inference.remote.OipRequest;
import ai.ultrathink.understudy.inference.remote.RemoteTarget;
import ai.ultrathink.understudy.inference.remote.ServerText;
import ai.ultrathink.understudy.inference.remote.TensorMetadata;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that a server's model takes and answers with, held against the card.
 *
 * @param form how it takes the features
 * @param input the name of the tensor that it takes
 * @param batched whether the first dimension of a tensor is the batch
 * @param mostRows the largest batch, as far as the metadata says
 * @param output the name of the tensor that has the scores, or null if the server names none
 * @param outputIndex its place, if it has no name; or null
 * @param actions how many numbers answer a row
 */
record RemoteSignature(
        InputForm form,
        String input,
        boolean batched,
        int mostRows,
        @Nullable String output,
        @Nullable Integer outputIndex,
        int actions) {

    private static final Set<String> DECIMAL = Set.of("FP32", "FP64");

    /** The most numbers in a pass: they are written on an event loop. */
    private static final int MOST_NUMBERS = 1 << 16;

    /** @throws ModelRefusedException if the two do not fit; the message says what differs */
    static RemoteSignature of(ModelCard card, RemoteTarget target, OipModelMetadata model, int maxRows)
            throws ModelRefusedException {
        if (!model.name().isEmpty() && !model.name().equals(target.model())) {
            throw refused("the server calls the model " + ServerText.shown(model.name()) + ", model.json calls it "
                    + target.model());
        }
        if (target.version() != null
                && !model.versions().isEmpty()
                && !model.versions().contains(target.version())) {
            throw refused("the server has the versions " + ServerText.shown(model.versions()) + ", model.json names "
                    + target.version());
        }
        Input input = input(card.input(), model.inputs());
        int most = input.mostRows == 1 ? 1 : Math.clamp(MOST_NUMBERS / card.inputSize(), 1, maxRows);
        String name = card.head().name();
        Integer index = card.head().index();
        if (!model.outputs().isEmpty()) {
            name = output(card, model.outputs()).name();
            index = null;
        }
        return new RemoteSignature(
                card.input(),
                input.name,
                input.batched,
                most,
                name,
                index,
                card.actions().size());
    }

    private record Input(String name, boolean batched, int mostRows) {}

    private static Input input(InputForm form, List<TensorMetadata> inputs) throws ModelRefusedException {
        String named = form.name();
        if (inputs.isEmpty()) {
            if (named == null) {
                throw refused("the server does not say what the model takes; name it in model.json, as"
                        + " \"input\": {\"shape\": " + form.shape() + ", \"name\": …}");
            }
            return new Input(named, true, Integer.MAX_VALUE);
        }
        if (inputs.size() > 1) {
            throw refused("the model takes " + inputs.size() + " tensors " + ServerText.tensors(inputs)
                    + "; allowed: one, which has the features");
        }
        TensorMetadata input = inputs.getFirst();
        if (named != null && !input.name().equals(named)) {
            throw refused("the model takes " + input.describe() + ", model.json names " + named);
        }
        String datatype = OipRequest.datatype(form.type()).name();
        if (!input.datatype().equals(datatype)) {
            throw refused("the model takes " + input.describe() + ", model.json says "
                    + form.type().text() + " (" + datatype + "); set input.dtype in model.json");
        }
        List<Long> shape = input.shape();
        int axes = form.shape().size();
        if (shape.size() == axes + 1 && fits(shape.subList(1, shape.size()), form)) {
            long first = shape.getFirst();
            if (first == -1 || first == 1) {
                return new Input(input.name(), true, first == 1 ? 1 : Integer.MAX_VALUE);
            }
        }
        if (shape.size() == axes && fits(shape, form)) {
            return new Input(input.name(), false, 1);
        }
        throw refused("the model takes " + input.describe() + ", model.json says " + form.describe()
                + "; N must be -1 or 1, or left out");
    }

    private static boolean fits(List<Long> shape, InputForm form) {
        for (int axis = 0; axis < shape.size(); axis++) {
            if (shape.get(axis) != -1 && shape.get(axis) != (long) form.shape().get(axis)) {
                return false;
            }
        }
        return true;
    }

    private static TensorMetadata output(ModelCard card, List<TensorMetadata> outputs) throws ModelRefusedException {
        String name = card.head().name();
        Integer index = card.head().index();
        List<TensorMetadata> chosen;
        if (name != null) {
            chosen = outputs.stream().filter(one -> one.name().equals(name)).toList();
        } else if (index != null) {
            chosen = index < outputs.size() ? List.of(outputs.get(index)) : List.of();
        } else {
            chosen = outputs;
        }
        if (chosen.size() != 1) {
            throw refused("the model answers with " + ServerText.tensors(outputs)
                    + "; name the one with the scores as output.name in model.json");
        }
        TensorMetadata output = chosen.getFirst();
        int actions = card.actions().size();
        List<Long> shape = output.shape();
        boolean wide = !shape.isEmpty() && (shape.getLast() == -1 || shape.getLast() == actions);
        if (!DECIMAL.contains(output.datatype()) || !(wide || shape.isEmpty())) {
            throw refused("the model answers with " + output.describe() + ", model.json names " + actions
                    + " actions; expected FP32 or FP64 [N, " + actions + "]");
        }
        return output;
    }

    private static ModelRefusedException refused(String why) {
        return ModelRefusedException.byServer(why);
    }

    /** A pass over rows of features. */
    OipRequest request(String id, FloatBuffer values, int rows) {
        List<Long> shape = new ArrayList<>();
        if (batched) {
            shape.add((long) rows);
        }
        form.shape().forEach(axis -> shape.add((long) axis));
        return new OipRequest(id, input, form.type(), shape, values, output, outputIndex, rows, actions);
    }
}
