package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.problem.JsonProblems;
import ai.ultrathink.understudy.oip.Datatype;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The numbers of a tensor in JSON: an array of numbers, or nested arrays with an array for each axis. */
final class JsonNumbers {

    /** Limit on the number of axes. */
    static final int MOST_AXES = 9;

    private static final int EXPECTED = 43;
    private static final int UNKNOWN = -1;

    private final String field;
    private float[] values = new float[EXPECTED];
    private int count;
    private boolean fractions;
    private @Nullable Beyond beyondInt;
    private @Nullable Beyond beyondLong;

    /** The lengths of the arrays by depth; those of one depth have the same. */
    private final int[] lengths = new int[MOST_AXES];

    private final int[] counts = new int[MOST_AXES];

    /** The depth of the arrays that have the numbers. */
    private int innermost = UNKNOWN;

    /** The first number that a type has not. */
    private record Beyond(String at, String number) {}

    private JsonNumbers(String field) {
        this.field = field;
        Arrays.fill(lengths, UNKNOWN);
    }

    /**
     * Reads them.
     *
     * @param json at the first token of the value
     * @param field what the value is called in errors
     * @throws InvalidValueException if it is no such array
     */
    static JsonNumbers read(JsonParser json, String field) throws IOException {
        JsonNumbers numbers = new JsonNumbers(field);
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new InvalidValueException(field, JsonProblems.named(json.currentToken()), "an array of numbers");
        }
        numbers.arrays(json);
        return numbers;
    }

    /** All of them, the last axis fastest. */
    float[] values() {
        return Arrays.copyOf(values, count);
    }

    /** @throws InvalidValueException if there is a number that a datatype has not */
    void require(Datatype type) {
        if (type.whole() && fractions) {
            throw new InvalidValueException(field, "numbers with fractions", "whole numbers, as " + type + " has");
        }
        switch (type) {
            case INT32 -> require(type, beyondInt, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT64 -> require(type, beyondLong, Long.MIN_VALUE, Long.MAX_VALUE);
            case FP32, FP64 -> {
                // what is not finite has been refused
            }
        }
    }

    private static void require(Datatype type, @Nullable Beyond beyond, long least, long most) {
        if (beyond != null) {
            throw new InvalidValueException(
                    beyond.at(),
                    beyond.number(),
                    "whole numbers from " + least + " to " + most + ", as " + type + " has");
        }
    }

    /** Whether they are in one array, or nested as a shape says. */
    boolean fits(long[] shape) {
        if (innermost <= 0) {
            return true;
        }
        if (innermost + 1 != shape.length) {
            return false;
        }
        for (int axis = 0; axis < shape.length; axis++) {
            if (lengths[axis] != shape[axis]) {
                return false;
            }
        }
        return true;
    }

    private void arrays(JsonParser json) throws IOException {
        int depth = 0;
        while (depth >= 0) {
            JsonToken token = json.nextToken();
            switch (token) {
                case START_ARRAY -> {
                    counts[depth]++;
                    depth++;
                    if (depth == MOST_AXES || (innermost != UNKNOWN && depth > innermost)) {
                        throw ragged();
                    }
                    counts[depth] = 0;
                }
                case END_ARRAY -> {
                    if (lengths[depth] == UNKNOWN) {
                        lengths[depth] = counts[depth];
                    } else if (lengths[depth] != counts[depth]) {
                        throw ragged();
                    }
                    depth--;
                }
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                    if (innermost == UNKNOWN) {
                        innermost = depth;
                    } else if (depth != innermost) {
                        throw ragged();
                    }
                    counts[depth]++;
                    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                        fractions = true;
                    } else {
                        note(json);
                    }
                    add(json);
                }
                case null, default -> throw new InvalidValueException(at(), JsonProblems.named(token), "a number");
            }
        }
    }

    /** Which types a whole number is too large for. */
    private void note(JsonParser json) throws IOException {
        JsonParser.NumberType needed = json.getNumberType();
        if (needed != JsonParser.NumberType.INT && beyondInt == null) {
            beyondInt = new Beyond(at(), json.getText());
        }
        if (needed == JsonParser.NumberType.BIG_INTEGER && beyondLong == null) {
            beyondLong = new Beyond(at(), json.getText());
        }
    }

    private void add(JsonParser json) throws IOException {
        float value = json.getFloatValue();
        if (!Float.isFinite(value)) {
            throw new InvalidValueException(at(), json.getText(), Finite.ALLOWED);
        }
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = value;
    }

    private String at() {
        return field + "[" + count + "]";
    }

    private InvalidValueException ragged() {
        return new InvalidValueException(
                field,
                "arrays of different lengths or depths",
                "one array of numbers, or nested arrays with the lengths of the shape");
    }
}
