package ai.ultrathink.understudy.stats;

/**
 * Mean and spread from a count, a sum and a sum of squares, which add up over hours, days and replicas.
 *
 * @param count how many values
 * @param sum of the values
 * @param sumOfSquares of the values
 */
public record Moments(long count, double sum, double sumOfSquares) {

    /** The mean; NaN without values. */
    public double mean() {
        return count == 0 ? Double.NaN : sum / count;
    }

    /** The sample standard deviation (n − 1); NaN with fewer than two values. */
    public double standardDeviation() {
        if (count < 2) {
            return Double.NaN;
        }
        // rounding may leave a tiny negative number where all values are equal
        return Math.sqrt(Math.max(0, sumOfSquares - sum * sum / count) / (count - 1));
    }
}
