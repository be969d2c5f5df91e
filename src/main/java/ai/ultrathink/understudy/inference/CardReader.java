package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Action;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code model.json}. Errors have the API's form: the field, the value received, the allowed values. */
final class CardReader {

    private static final ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);
    private static final int LARGEST_INPUT = 100_000;

    private CardReader() {}

    /** @throws ModelRefusedException if the card cannot be used; the message is one line */
    static ModelCard read(byte[] json) throws ModelRefusedException {
        try {
            JsonNode card = READER.readTree(json);
            if (!card.isObject()) {
                throw new InvalidValueException("its content", got(card), "a JSON object");
            }
            return card(card);
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
        int inputSize = inputSize(card.path("input_size"));
        List<Action> actions = actions(card.path("actions"));
        ModelCard.Output output = output(card.path("output"));
        JsonNode golden = card.path("golden");
        if (!golden.isObject()) {
            throw new InvalidValueException(
                    "golden", got(golden), "an object with input and output: a question and the network's own answer");
        }
        List<Float> input = numbers(golden.path("input"), "golden.input", inputSize, "as many as input_size");
        List<Float> answer = numbers(golden.path("output"), "golden.output", Action.COUNT, "one for each action");
        return new ModelCard(
                version,
                inputSize,
                actions,
                output,
                new ModelCard.Golden(input, answer, tolerance(golden.path("tolerance"))),
                parameters(card.path("parameters")));
    }

    /** A string or a number, because a version may be written as a number. */
    private static String scalar(JsonNode card, String field, String allowed) {
        JsonNode value = card.path(field);
        if (!value.isTextual() && !value.isNumber()) {
            throw new InvalidValueException(field, got(value), allowed);
        }
        return value.asText();
    }

    private static int inputSize(JsonNode value) {
        double size = number(value);
        if (!(size >= 1 && size <= LARGEST_INPUT && size == Math.rint(size))) {
            throw new InvalidValueException("input_size", got(value), "a whole number from 1 to " + LARGEST_INPUT);
        }
        return (int) size;
    }

    private static List<Action> actions(JsonNode value) {
        String allowed = "HOLD, BUY and SELL once each, in the order of the output";
        if (!value.isArray()) {
            throw new InvalidValueException("actions", got(value), allowed);
        }
        List<Action> actions = new ArrayList<>();
        for (JsonNode element : value) {
            Action action = action(element.asText());
            if (action == null) {
                throw new InvalidValueException("actions[" + actions.size() + "]", got(element), "HOLD, BUY or SELL");
            }
            actions.add(action);
        }
        if (actions.size() != Action.COUNT || actions.stream().distinct().count() != Action.COUNT) {
            throw new InvalidValueException("actions", actions, allowed);
        }
        return actions;
    }

    private static @Nullable Action action(String name) {
        for (Action action : Action.values()) {
            if (action.name().equals(name)) {
                return action;
            }
        }
        return null;
    }

    private static ModelCard.Output output(JsonNode value) {
        return switch (value.asText()) {
            case "probabilities" -> ModelCard.Output.PROBABILITIES;
            case "logits" -> ModelCard.Output.LOGITS;
            default -> throw new InvalidValueException("output", got(value), "probabilities or logits");
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
    private static double number(JsonNode value) {
        if (value.isNumber()) {
            return value.doubleValue();
        }
        try {
            return value.isTextual() ? Double.parseDouble(value.textValue()) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static @Nullable Object got(JsonNode value) {
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
