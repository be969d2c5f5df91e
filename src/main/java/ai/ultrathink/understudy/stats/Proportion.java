package ai.ultrathink.understudy.stats;

/**
 * Successes and trials: the sufficient statistics of a rate.
 *
 * @param successes 0 to {@code count}
 * @param count 0 or more
 */
public record Proportion(long successes, long count) {

    /** No data. */
    public static final Proportion NONE = new Proportion(0, 0);

    public Proportion {
        if (successes < 0 || successes > count) {
            throw new IllegalArgumentException(
                    "proportion: got " + successes + " of " + count + "; allowed: 0 <= successes <= count");
        }
    }

    /** Both proportions pooled. */
    public Proportion plus(Proportion other) {
        return new Proportion(Math.addExact(successes, other.successes), Math.addExact(count, other.count));
    }

    /** The number of failures. */
    public long failures() {
        return count - successes;
    }

    /** The share of successes; NaN without data. */
    public double rate() {
        return count == 0 ? Double.NaN : (double) successes / count;
    }
}
