package ai.ultrathink.understudy.http.inference;

import ai.ultrathink.understudy.experiment.InvalidValueException;

/** Refuses NaN and infinite numbers. */
final class Finite {

    static final String ALLOWED = "a finite 32-bit float";

    private Finite() {}

    /**
     * Checks all numbers of a tensor.
     *
     * @param field what they are called in errors
     * @throws InvalidValueException if one is not finite; it names the first
     */
    static float[] require(String field, float[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new InvalidValueException(field + "[" + i + "]", numbers[i], ALLOWED);
            }
        }
        return numbers;
    }
}
