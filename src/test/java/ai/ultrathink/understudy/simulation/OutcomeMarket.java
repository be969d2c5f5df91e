package ai.ultrathink.understudy.simulation;

import java.util.random.RandomGenerator;

/**
 * Returns of symbols, step by step: Student's t with 3 degrees of freedom around 0, half of the variance common to all symbols, and a
 * volatility that clusters (the logarithm of its square root follows itself).
 */
final class OutcomeMarket {

    private static final double COMMON = 0.5;
    private static final double FOLLOWS = 0.97;
    private static final double SHOCK = 0.12;

    private final RandomGenerator random;
    private final double[] returns;
    private final double spread;
    private double logVolatility;

    /** @param spread the standard deviation of a symbol's return in a step, in a usual time */
    OutcomeMarket(RandomGenerator random, int symbols, double spread) {
        this.random = random;
        this.returns = new double[symbols];
        this.spread = spread;
        this.logVolatility = SHOCK / Math.sqrt(1 - FOLLOWS * FOLLOWS) * random.nextGaussian();
    }

    /** The next step's returns, in an array of the caller's. */
    double[] next() {
        logVolatility = FOLLOWS * logVolatility + SHOCK * random.nextGaussian();
        double scale = spread * Math.exp(logVolatility);
        double common = returns.length == 1 ? 0 : Math.sqrt(COMMON) * student();
        double own = returns.length == 1 ? 1 : Math.sqrt(1 - COMMON);
        for (int symbol = 0; symbol < returns.length; symbol++) {
            returns[symbol] = scale * (common + own * student());
        }
        return returns.clone();
    }

    /** t with 3 degrees, with a variance of 1. */
    private double student() {
        double squares = 0;
        for (int degree = 0; degree < 3; degree++) {
            double normal = random.nextGaussian();
            squares += normal * normal;
        }
        return random.nextGaussian() / Math.sqrt(squares);
    }
}
