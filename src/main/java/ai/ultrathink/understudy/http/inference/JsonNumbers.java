package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.http.problem.JsonProblems;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

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

    /** The lengths of the arrays by depth; those of one depth have the same. */
    private final int[] lengths = new int[MOST_AXES];

    private final int[] counts = new int[MOST_AXES];

    /** The depth of the arrays that have the numbers. */
    private int innermost = UNKNOWN;

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

    /** Whether one of them is written with a fraction or an exponent. */
    boolean fractions() {
        return fractions;
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
                    fractions |= token == JsonToken.VALUE_NUMBER_FLOAT;
                    add(json);
                }
                case null, default -> throw new InvalidValueException(at(), JsonProblems.named(token), "a number");
            }
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
