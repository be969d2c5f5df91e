package ai.ultrathink.understudy.experiment;

import java.util.Arrays;

/** Input of one prediction: finite float32 numbers, in the order that the model was trained on. Immutable. */
public final class Features {

    private final float[] values;

    private Features(float[] values) {
        this.values = values;
    }

    /**
     * Checks and copies an array.
     *
     * @throws InvalidValueException if a number is not finite
     */
    public static Features of(float... values) {
        return of(values, values.length);
    }

    /**
     * Checks and copies the first numbers of an array.
     *
     * @throws InvalidValueException if a number is not finite
     */
    public static Features of(float[] values, int count) {
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidValueException("features[" + i + "]", values[i], "a finite 32-bit float");
            }
        }
        return new Features(Arrays.copyOf(values, count));
    }

    /** The number of features. */
    public int size() {
        return values.length;
    }

    /** Writes the numbers to {@code target} from {@code offset} on. */
    public void copyTo(float[] target, int offset) {
        System.arraycopy(values, 0, target, offset, values.length);
    }
}
