package ai.ultrathink.understudy.simulation;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How soon a problem can be found at best, in samples. Both tests know what no service knows: the true rate. They have to refute
 * only the nearest rate that keeps the limit, with a guardrail's share of α.
 *
 * @param oracle of the sequential probability ratio test, in the median
 * @param fixed size of the test that looks once, for a power of 95%
 */
record Yardstick(double oracle, double fixed) {

    private static final int RUNS = 999;
    private static final int LONGEST = 1_000_000;
    private static final double NORMAL_95 = 1.6448536269514722;

    /** Of 0.2%, one-sided: what one guardrail has of an α of 1%. */
    private static final double NORMAL_998 = 2.8781617390954826;

    /** A rate that should be another. */
    static Yardstick rate(double truth, double limit) {
        return new Yardstick(sequential(truth, limit), once(truth, limit));
    }

    /** The same, where only a part of the samples that are counted are of use. */
    Yardstick per(double part) {
        return new Yardstick(oracle / part, fixed / part);
    }

    private static double sequential(double truth, double limit) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(ScenarioRunner.SEED);
        double won = Math.log(truth / limit);
        double lost = Math.log((1 - truth) / (1 - limit));
        double threshold = -Math.log(Scenario.GUARDRAILS.share());
        long[] lengths = new long[RUNS];
        for (int run = 0; run < RUNS; run++) {
            double evidence = 0;
            while (evidence < threshold && lengths[run] < LONGEST) {
                evidence += random.nextDouble() < truth ? won : lost;
                lengths[run]++;
            }
        }
        Arrays.sort(lengths);
        return lengths[RUNS / 2];
    }

    private static double once(double truth, double limit) {
        double spread = NORMAL_998 * Math.sqrt(limit * (1 - limit)) + NORMAL_95 * Math.sqrt(truth * (1 - truth));
        return Math.pow(spread / (truth - limit), 2);
    }
}
