package ai.ultrathink.understudy.stats;

/**
 * The values of an unknown figure that the data have not ruled out, including both ends.
 *
 * @param low in the figure's unit; may be −∞
 * @param high in the figure's unit, not below {@code low}; may be +∞
 */
public record Interval(double low, double high) {

    /** All values of a number. */
    public static final Interval UNKNOWN = new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** All values of a rate. */
    public static final Interval UNKNOWN_RATE = new Interval(0, 1);

    /** All values of a difference of two rates. */
    public static final Interval UNKNOWN_RATE_DIFFERENCE = new Interval(-1, 1);

    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("interval: got " + low + " to " + high + "; allowed: low <= high");
        }
    }

    /** Whether the value has not been ruled out. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Whether this interval contains every value of the other. */
    public boolean encloses(Interval other) {
        return low <= other.low && other.high <= high;
    }
}
