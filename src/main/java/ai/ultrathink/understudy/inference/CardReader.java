package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads {@code model.json}. Errors have the API's form: the field, the value received, the allowed values. */
final class CardReader {

    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private CardReader() {}

    /** @throws ModelRefusedException if the card cannot be used; the message is one line */
    static ModelCard read(byte[] json) throws ModelRefusedException {
        return read(json, CardReader::card);
    }

    /**
     * What runs the network.
     *
     * @throws ModelRefusedException as when the whole card is read
     */
    static ModelRuntime runtime(byte[] json) throws ModelRefusedException {
        return read(json, card -> CardShapes.runtime(card.path("runtime")));
    }

    private static <T> T read(byte[] json, Function<JsonNode, T> part) throws ModelRefusedException {
        try {
            JsonNode card = READER.readTree(json);
            if (!card.isObject()) {
                throw new InvalidValueException("its content", got(card), "a JSON object");
            }
            return part.apply(card);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            String said = String.valueOf(e.getOriginalMessage())
                    .lines()
                    .findFirst()
                    .orElse("")
                    .replaceAll("(?s) \\(.*|: was expecting.*", "");
            throw new ModelRefusedException("model.json is not JSON" + where + ": " + said, e);
        } catch (InvalidValueException e) {
            throw new ModelRefusedException("model.json: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelRefusedException("model.json cannot be read: " + e.getMessage(), e);
        }
    }

    private static ModelCard card(JsonNode card) {
        String version = scalar(card, "version", "1 to 100 characters");
        InputForm input = CardShapes.input(card);
        List<String> actions = actions(card.path("actions"));
        ModelCard.Output output = output(card.path("output"));
        ModelRuntime runtime = CardShapes.runtime(card.path("runtime"));
        return new ModelCard(
                version,
                input.size(),
                actions,
                output,
                golden(card.path("golden"), input.size(), actions.size()),
                parameters(card.path("parameters")),
                input,
                CardShapes.head(card.path("output")),
                runtime,
                CardShapes.sha256(card.path("sha256")),
                CardRemote.of(card, runtime));
    }

    private static ModelCard.Golden golden(JsonNode golden, int inputSize, int actions) {
        if (golden.isMissingNode()) {
            return ModelCard.Golden.NONE;
        }
        if (!golden.isObject()) {
            throw new InvalidValueException(
                    "golden",
                    got(golden),
                    "nothing, or an object with input and output: a question and the network's own answer");
        }
        List<Float> input = numbers(golden.path("input"), "golden.input", inputSize, "as many as input_size");
        JsonNode output = golden.path("output");
        List<Float> answer =
                output.isMissingNode() ? List.of() : numbers(output, "golden.output", actions, "one for each action");
        return new ModelCard.Golden(input, answer, tolerance(golden.path("tolerance")));
    }

    /** The answer that was recorded in {@code golden.json} for files with this digest; null if it is for others. */
    static ModelCard.@Nullable Golden recorded(byte[] json, String digest, int inputSize, int actions)
            throws ModelRefusedException {
        try {
            JsonNode recorded = READER.readTree(json);
            return recorded.path("digest").asText().equals(digest) ? golden(recorded, inputSize, actions) : null;
        } catch (IOException | InvalidValueException e) {
            throw new ModelRefusedException(
                    "golden.json cannot be read; remove it, and the next load records the answer again", e);
        }
    }

    /** A string or a number, because a version may be written as a number. */
    private static String scalar(JsonNode card, String field, String allowed) {
        JsonNode value = card.path(field);
        if (!value.isTextual() && !value.isNumber()) {
            throw new InvalidValueException(field, got(value), allowed);
        }
        return value.asText();
    }

    private static List<String> actions(JsonNode value) {
        if (!value.isArray()) {
            throw new InvalidValueException("actions", got(value), Actions.ALLOWED);
        }
        List<String> actions = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.isTextual() || !Actions.named(element.textValue())) {
                throw new InvalidValueException("actions[" + actions.size() + "]", got(element), Actions.NAME_ALLOWED);
            }
            actions.add(element.textValue());
        }
        Actions.of(actions);
        return actions;
    }

    private static ModelCard.Output output(JsonNode value) {
        JsonNode kind = value.isObject() ? value.path("kind") : value;
        return switch (kind.asText()) {
            case "probabilities" -> ModelCard.Output.PROBABILITIES;
            case "logits" -> ModelCard.Output.LOGITS;
            default ->
                throw new InvalidValueException(
                        value.isObject() ? "output.kind" : "output", got(kind), "probabilities or logits");
        };
    }

    private static List<Float> numbers(JsonNode value, String field, int size, String why) {
        if (!value.isArray() || value.size() != size) {
            throw new InvalidValueException(field, got(value), size + " numbers, " + why);
        }
        List<Float> numbers = new ArrayList<>();
        for (JsonNode element : value) {
            float number = (float) number(element);
            if (!Float.isFinite(number)) {
                throw new InvalidValueException(
                        field + "[" + numbers.size() + "]", got(element), "a finite number of 32 bits");
            }
            numbers.add(number);
        }
        return numbers;
    }

    private static @Nullable Float tolerance(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        float tolerance = (float) number(value);
        if (!(tolerance >= 0 && Float.isFinite(tolerance))) {
            throw new InvalidValueException("golden.tolerance", got(value), "a number from 0 on");
        }
        return tolerance;
    }

    private static @Nullable Long parameters(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        double parameters = number(value);
        if (!(parameters >= 0 && parameters < Long.MAX_VALUE)) {
            throw new InvalidValueException("parameters", got(value), "how many weights the network has, or nothing");
        }
        return value.isNumber() ? value.longValue() : (long) parameters;
    }

    /** NaN if it is not a number. Numbers in quotation marks are accepted, as in earlier releases. */
    static double number(JsonNode value) {
        if (value.isNumber()) {
            return value.doubleValue();
        }
        try {
            return value.isTextual() ? Double.parseDouble(value.textValue()) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    static @Nullable Object got(JsonNode value) {
        if (value.isTextual()) {
            return value.textValue();
        }
        return switch (value.getNodeType()) {
            case MISSING -> null;
            case ARRAY -> Plain.of("a list of " + value.size());
            case OBJECT -> Plain.of("an object");
            default -> Plain.of(value.toString());
        };
    }

    /** A value shown without quotation marks. */
    private record Plain(String text) {

        private static final int SHOWN = 40;

        static Plain of(String text) {
            return new Plain(text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…");
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
