package ai.ultrathink.understudy.stats;

/**
 * Count, mean and variance of numbers, which can be merged over hours, days and replicas.
 *
 * <p>The squares are of distances from the mean, so no digits are lost where the numbers are large and nearly equal
 * (Welford 1962; merging by Chan, Golub and LeVeque 1979). {@link #ofSums} starts from stored sums and cannot recover
 * digits that these lost.
 *
 * @param count the number of values, 0 or more
 * @param mean in the unit of the values; NaN without values
 * @param squares the sum of the squared distances from the mean, 0 or more
 */
public record Moments(long count, double mean, double squares) {

    /** The moments without values. */
    public static final Moments NONE = new Moments(0, Double.NaN, 0);

    public Moments {
        Arguments.count("count", count);
        if (count == 0) {
            mean = Double.NaN;
            squares = 0;
        } else {
            Arguments.finite("mean", mean);
            if (!(Arguments.finite("squares", squares) >= 0)) {
                throw new IllegalArgumentException("squares: got " + squares + "; allowed: 0 or more");
            }
        }
    }

    /** From a sum and a sum of squares. */
    public static Moments ofSums(long count, double sum, double sumOfSquares) {
        if (count == 0) {
            return NONE;
        }
        double mean = Arguments.finite("sum", sum) / count;
        // rounding may leave a tiny negative number where all values are equal
        return new Moments(
                count, mean, Math.max(0, Math.fma(-sum, mean, Arguments.finite("sumOfSquares", sumOfSquares))));
    }

    /** These moments with one more value. */
    public Moments with(double value) {
        return plus(new Moments(1, value, 0));
    }

    /** The moments of both together. */
    public Moments plus(Moments other) {
        if (count == 0) {
            return other;
        }
        if (other.count == 0) {
            return this;
        }
        long total = Math.addExact(count, other.count);
        double share = (double) other.count / total;
        double apart = other.mean - mean;
        return new Moments(total, mean + apart * share, squares + other.squares + apart * apart * share * count);
    }

    /** The sample variance (n − 1), in the square of the numbers' unit; NaN with fewer than two. */
    public double variance() {
        return count < 2 ? Double.NaN : squares / (count - 1);
    }

    /** The sample standard deviation (n − 1), in the numbers' unit; NaN with fewer than two. */
    public double standardDeviation() {
        return Math.sqrt(variance());
    }
}
