package ai.ultrathink.understudy.experiment;

/**
 * The fraction of units assigned to treatment.
 *
 * @param fraction 0.0 (none, exactly) to 1.0 (all, exactly)
 */
public record Split(double fraction) {

    private static final double BUCKETS = 0x1p32;

    /** @throws InvalidValueException if the fraction is not a number from 0 to 1 */
    public Split {
        if (!(fraction >= 0.0 && fraction <= 1.0)) {
            throw new InvalidValueException("traffic_split", fraction, "a number from 0.0 to 1.0");
        }
        // -0.0 would be stored and printed as such
        fraction = fraction == 0.0 ? 0.0 : fraction;
    }

    /** The first of the 2^32 buckets that is control's: {@code floor(fraction * 2^32)}. */
    public long threshold() {
        return (long) (fraction * BUCKETS);
    }
}
