package ai.ultrathink.understudy.stats;

/**
 * The values of an unknown figure that the data have not ruled out, both ends among them.
 *
 * @param low in the figure's unit; may be −∞
 * @param high in the figure's unit, not below {@code low}; may be +∞
 */
public record Interval(double low, double high) {

    /** Nothing is known of a number. */
    public static final Interval UNKNOWN = new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** Nothing is known of a rate. */
    public static final Interval UNKNOWN_RATE = new Interval(0, 1);

    /** Nothing is known of a difference between two rates. */
    public static final Interval UNKNOWN_RATE_DIFFERENCE = new Interval(-1, 1);

    /** Nothing is known of a duration or another number that is not negative. */
    public static final Interval UNKNOWN_DURATION = new Interval(0, Double.POSITIVE_INFINITY);

    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("interval: got " + low + " to " + high + "; allowed: low <= high");
        }
    }

    /** Whether the value has not been ruled out. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Whether every value of the other is also one of this. */
    public boolean encloses(Interval other) {
        return low <= other.low && other.high <= high;
    }

    /** From end to end, in the figure's unit; +∞ where an end is open. */
    public double width() {
        return high - low;
    }
}
