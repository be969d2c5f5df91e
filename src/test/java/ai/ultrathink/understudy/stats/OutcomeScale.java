package ai.ultrathink.understudy.stats;

import java.util.List;

/**
 * The reference of what the database computes when it closes a block: how far a block's difference of earnings may be expected to lie from its mean, from what is known before its outcomes:
 *
 * <pre>V = √((1 − ρ) Σ δ² σ² + ρ (Σ δ σ)²)</pre>
 *
 * over the symbols, with δ the difference of the models' positions in a symbol, σ the symbol's spread, and one correlation ρ = 0.5
 * between each two symbols. A wrong scale costs power and makes no error more likely: the bets of {@link ClippedBet} need only that
 * it was known in advance.
 */
public final class OutcomeScale {

    /** ρ: between uncorrelated symbols and ones that move as one. */
    private static final double CORRELATION = 0.5;

    /** What a new block leaves of the average before it: it remembers about 16 blocks. */
    private static final double MEMORY = 0.94;

    /** √(π/2): a normal distribution's standard deviation over its mean absolute value. */
    private static final double SPREAD_OF_ABSOLUTE = 1.2533;

    private OutcomeScale() {}

    /**
     * One symbol of a block.
     *
     * @param delta δ: the sum of (treatment's position − control's) over the block's decisions in it, divided by the number of all
     *     decisions of the block
     * @param meanAbsolute the {@linkplain #average average} of past |value|; NaN without a past
     */
    public record Exposure(double delta, double meanAbsolute) {

        public Exposure {
            Arguments.finite("delta", delta);
            if (!Double.isNaN(meanAbsolute)) {
                Arguments.notNegative("meanAbsolute", meanAbsolute);
            }
        }
    }

    /**
     * A symbol's average of |value| after one more block.
     *
     * @param before NaN if this is the first
     * @param meanAbsolute the mean |value| of the block
     */
    public static double average(double before, double meanAbsolute) {
        Arguments.notNegative("meanAbsolute", meanAbsolute);
        return Double.isNaN(before) ? meanAbsolute : MEMORY * before + (1 - MEMORY) * meanAbsolute;
    }

    /** V. A symbol without a past has the mean σ of the others; if none has a past, V is 0. */
    public static double of(List<Exposure> exposures) {
        double usual = exposures.stream()
                .mapToDouble(Exposure::meanAbsolute)
                .filter(known -> !Double.isNaN(known))
                .average()
                .orElse(0);
        double squares = 0;
        double sum = 0;
        for (Exposure exposure : exposures) {
            double known = Double.isNaN(exposure.meanAbsolute()) ? usual : exposure.meanAbsolute();
            double part = exposure.delta() * SPREAD_OF_ABSOLUTE * known;
            squares += part * part;
            sum += part;
        }
        return Math.sqrt((1 - CORRELATION) * squares + CORRELATION * sum * sum);
    }
}
