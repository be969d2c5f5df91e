package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a network beside its file.
 *
 * @param version 1–100 characters
 * @param actions the names of its actions, in the order of its output
 * @param shape the shape of one row of its input, without the batch
 * @param dtype the type of the numbers that it takes, such as {@code float32}
 * @param kind {@code probabilities} or {@code logits}
 * @param outputIndex which tensor of its output has the scores, or null if there is one
 * @param outputName the name of that tensor in a dictionary, or null
 */
public record PackedNetwork(
        String version,
        List<String> actions,
        List<Integer> shape,
        String dtype,
        String kind,
        @Nullable Integer outputIndex,
        @Nullable String outputName) {

    /** The type of numbers where nothing else is said. */
    public static final String USUAL_DTYPE = "float32";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** @throws InvalidValueException if a value cannot be one of a card */
    public PackedNetwork {
        IdentifierRules.id("version", version);
        Actions.of(actions);
        actions = List.copyOf(actions);
        shape = List.copyOf(shape);
        long size = 1;
        for (int axis : shape) {
            size = axis < 1 ? CardShapes.LARGEST_INPUT + 1L : Math.min(size * axis, CardShapes.LARGEST_INPUT + 1L);
        }
        if (shape.isEmpty() || size > CardShapes.LARGEST_INPUT) {
            throw new InvalidValueException(
                    "input", shape, "whole numbers from 1 on, with a product of at most " + CardShapes.LARGEST_INPUT);
        }
    }

    private int inputSize() {
        return shape.stream().reduce(1, (product, axis) -> product * axis);
    }

    /** A card without a golden answer. */
    ObjectNode card(ModelRuntime runtime) {
        ObjectNode card = JSON.createObjectNode();
        card.put("version", version);
        if (runtime != ModelRuntime.TORCHSCRIPT) {
            card.put("runtime", runtime.text());
        }
        card.put("input_size", inputSize());
        if (shape.size() > 1 || !dtype.equals(USUAL_DTYPE)) {
            ObjectNode input = card.putObject("input");
            ArrayNode axes = input.putArray("shape");
            shape.forEach(axes::add);
            input.put("dtype", dtype);
        }
        ArrayNode names = card.putArray("actions");
        actions.forEach(names::add);
        if (outputIndex == null && outputName == null) {
            card.put("output", kind);
        } else {
            ObjectNode output = card.putObject("output");
            output.put("kind", kind);
            if (outputIndex != null) {
                output.put("index", outputIndex);
            }
            if (outputName != null) {
                output.put("name", outputName);
            }
        }
        return card;
    }

    /** The card with the answer that the network gave. */
    ObjectNode card(ModelRuntime runtime, ModelCard.Golden given) {
        ObjectNode card = card(runtime);
        ObjectNode golden = card.putObject("golden");
        ArrayNode question = golden.putArray("input");
        given.input().forEach(question::add);
        ArrayNode answer = golden.putArray("output");
        given.output().forEach(answer::add);
        golden.put("recorded", true);
        return card;
    }
}
