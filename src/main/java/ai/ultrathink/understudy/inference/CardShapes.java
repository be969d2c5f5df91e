package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.inference.tensor.NumberType;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parts of {@code model.json} that say what goes into a network, what comes out, and which file it is. */
final class CardShapes {

    static final int LARGEST_INPUT = 100_000;
    private static final int LONGEST_NAME = 200;
    private static final int MOST_OUTPUTS = 1_000;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private CardShapes() {}

    /** A card has a size, or a shape, or both. */
    static InputForm input(JsonNode card) {
        JsonNode size = card.path("input_size");
        JsonNode input = card.path("input");
        if (!input.isObject()) {
            // earlier releases paid no heed to this field
            if (size.isMissingNode() && !input.isMissingNode()) {
                throw new InvalidValueException("input", CardReader.got(input), "an object with a shape");
            }
            return InputForm.row(size(size, "input_size"));
        }
        NumberType type = type(input.path("dtype"));
        String name = name(input.path("name"), "input.name");
        JsonNode shape = input.path("shape");
        if (shape.isMissingNode()) {
            return new InputForm(List.of(size(size, "input_size")), type, name);
        }
        InputForm form = new InputForm(shape(shape), type, name);
        if (!size.isMissingNode() && size(size, "input_size") != form.size()) {
            throw new InvalidValueException(
                    "input_size", CardReader.got(size), "nothing, or " + form.size() + ", the product of input.shape");
        }
        return form;
    }

    private static List<Integer> shape(JsonNode value) {
        if (!value.isArray() || value.isEmpty() || value.size() > InputForm.MOST_AXES) {
            throw new InvalidValueException(
                    "input.shape",
                    CardReader.got(value),
                    "1 to " + InputForm.MOST_AXES + " whole numbers: the shape of one row, without the batch");
        }
        List<Integer> shape = new ArrayList<>();
        long product = 1;
        for (JsonNode axis : value) {
            shape.add(size(axis, "input.shape[" + shape.size() + "]"));
            product *= shape.getLast();
            if (product > LARGEST_INPUT) {
                throw new InvalidValueException(
                        "input.shape", CardReader.got(value), "a product of at most " + LARGEST_INPUT);
            }
        }
        return shape;
    }

    private static int size(JsonNode value, String field) {
        double size = CardReader.number(value);
        if (!(size >= 1 && size <= LARGEST_INPUT && size == Math.rint(size))) {
            throw new InvalidValueException(field, CardReader.got(value), "a whole number from 1 to " + LARGEST_INPUT);
        }
        return (int) size;
    }

    private static NumberType type(JsonNode value) {
        if (value.isMissingNode()) {
            return NumberType.FLOAT32;
        }
        return NumberType.of(value.asText())
                .orElseThrow(() -> new InvalidValueException(
                        "input.dtype", CardReader.got(value), "float32, float64, int32 or int64"));
    }

    /** Which tensor has the scores, if the output is an object that says so. */
    static OutputHead head(JsonNode output) {
        JsonNode index = output.path("index");
        String name = name(output.path("name"), "output.name");
        if (index.isMissingNode()) {
            return name == null ? OutputHead.ONLY : new OutputHead(null, name);
        }
        double number = CardReader.number(index);
        if (!(number >= 0 && number < MOST_OUTPUTS && number == Math.rint(number))) {
            throw new InvalidValueException(
                    "output.index", CardReader.got(index), "a whole number from 0 to " + (MOST_OUTPUTS - 1));
        }
        if (name != null) {
            throw new InvalidValueException(
                    "output",
                    CardReader.got(output),
                    "index for a tuple or a list, or name for a dictionary, not both");
        }
        return new OutputHead((int) number, null);
    }

    private static @Nullable String name(JsonNode value, String field) {
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isTextual()
                || value.textValue().isEmpty()
                || value.textValue().length() > LONGEST_NAME) {
            throw new InvalidValueException(field, CardReader.got(value), "1 to " + LONGEST_NAME + " characters");
        }
        return value.textValue();
    }

    static ModelRuntime runtime(JsonNode value) {
        if (value.isMissingNode()) {
            return ModelRuntime.TORCHSCRIPT;
        }
        return ModelRuntime.of(value.asText())
                .orElseThrow(() ->
                        new InvalidValueException("runtime", CardReader.got(value), "torchscript, onnx or remote"));
    }

    static @Nullable String sha256(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual() || !SHA256.matcher(value.textValue()).matches()) {
            throw new InvalidValueException(
                    "sha256", CardReader.got(value), "64 hexadecimal digits, the SHA-256 of the network's file");
        }
        return value.textValue().toLowerCase(Locale.ROOT);
    }
}
