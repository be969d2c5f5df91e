package ai.ultrathink.understudy.stats;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Anytime-valid test of "treatment's rate exceeds control's by at most d", for requests that are assigned at random, and
 * for pairs of answers to one request.
 *
 * <p>A bet on one alternative (x₁, y₁), control's and treatment's rate with y₁ − x₁ &gt; d, multiplies the stake at each
 * observation by its likelihood under the alternative, divided by that under the nearest pair of rates (x₀, y₀) of the
 * hypothesis: the one with y₀ − x₀ = d that minimizes w KL(y₁ ‖ y₀) + (1 − w) KL(x₁ ‖ x₀), where w is treatment's fraction
 * of the observations (the reverse information projection of Grünwald, de Heide and Koolen 2024, arXiv 1906.07801; for
 * two proportions by Turner, Ly and Grünwald 2024, arXiv 2106.02693). At the minimum the derivatives in x₀ and y₀ cancel, so one
 * observation, treatment's with probability w, gains nothing on average for any rates within the hypothesis, also if
 * these change from one observation to the next. The stake is spread over alternatives, and begun again at every stretch ({@link
 * Restarts}).
 *
 * <p>Unlike {@link RateDifference}, which multiplies the evidence of two arms, control's rate need not be learned: the
 * bet loses little if it is wrong about it. It needs about a third fewer samples.
 *
 * <p>Assumptions: given the past, the excess is at most d; treatment's fraction is known, or the observed one; and two
 * answers to one request do not fail together less often than independent ones.
 */
public final class RateExcessBet {

    /** Control's rates, with the part of the stake for each. The bet loses little on a rate between two of these. */
    private static final double[][] CONTROL = {
        {0.0003, 0.25}, {0.001, 0.25}, {0.003, 0.2}, {0.01, 0.15}, {0.03, 0.1}, {0.1, 0.04}, {0.3, 0.01}
    };

    /** What the alternatives exceed the difference by, in units of it, with the part of the stake for each. */
    private static final double[][] EXCESS = {
        {0.5, 0.25}, {1, 0.3}, {2, 0.2}, {4, 0.1}, {8, 0.06}, {16, 0.04}, {32, 0.03}, {64, 0.02}
    };

    private static final double LEAST_UNIT = 0.005;
    private static final double MOST_UNIT = 0.2;

    private final double difference;
    private final List<Alternative> alternatives;

    /** Control's and treatment's rate, and the part of the stake, of which all sum to 1. */
    private record Alternative(double control, double treatment, double stake) {}

    /**
     * @param difference d, 0 or more; from 1 on nothing exceeds it, and there is no evidence
     */
    public RateExcessBet(double difference) {
        if (!(difference >= 0)) {
            throw new IllegalArgumentException("difference: got " + difference + "; allowed: 0 or more");
        }
        this.difference = difference;
        double unit = Math.clamp(difference, LEAST_UNIT, MOST_UNIT);
        List<Alternative> above = new ArrayList<>();
        double whole = 0;
        for (double[] control : CONTROL) {
            for (double[] excess : EXCESS) {
                double treatment = control[0] + difference + unit * excess[0];
                if (treatment < 1) {
                    above.add(new Alternative(control[0], treatment, control[1] * excess[1]));
                    whole += control[1] * excess[1];
                }
            }
        }
        double sum = whole;
        this.alternatives = above.stream()
                .map(each -> new Alternative(each.control(), each.treatment(), each.stake() / sum))
                .toList();
    }

    /**
     * The requests of a stretch of time.
     *
     * @param fraction treatment's fraction of the observations, above 0, below 1: that of the time in which the split was
     *     the same
     * @param weight of a bet that begins here
     * @param treatment treatment's failures, of its requests
     * @param control control's failures, of its requests
     */
    public record Stretch(double fraction, double weight, Proportion treatment, Proportion control) {

        public Stretch {
            Arguments.probability("fraction", fraction);
        }
    }

    /**
     * The result.
     *
     * @param evidence against "the excess is at most d"
     * @param treatment treatment's failures since the beginning that contributes most
     * @param control control's failures since then
     */
    public record Result(EValue evidence, Proportion treatment, Proportion control) {}

    /** The evidence of stretches in their order. */
    public Result of(List<Stretch> stretches) {
        Map<Double, double[][]> odds = new HashMap<>();
        double[] logs = new double[alternatives.size()];
        Proportion treatment = Proportion.NONE;
        Proportion control = Proportion.NONE;
        double[] summands = new double[stretches.size()];
        double greatest = Double.NEGATIVE_INFINITY;
        Result best = new Result(EValue.NONE, treatment, control);
        for (int place = stretches.size() - 1; place >= 0; place--) {
            Stretch stretch = stretches.get(place);
            add(logs, odds.computeIfAbsent(stretch.fraction(), this::odds), stretch);
            treatment = treatment.plus(stretch.treatment());
            control = control.plus(stretch.control());
            summands[place] = Math.log(stretch.weight()) + logMean(logs);
            if (summands[place] >= greatest) {
                greatest = summands[place];
                best = new Result(EValue.NONE, treatment, control);
            }
        }
        return stretches.isEmpty() || alternatives.isEmpty()
                ? best
                : new Result(new EValue(Restarts.logSum(summands)), best.treatment(), best.control());
    }

    /** For each alternative the logarithms of what the four possible observations multiply the stake by. */
    private double[][] odds(double fraction) {
        double[][] odds = new double[alternatives.size()][];
        for (int i = 0; i < odds.length; i++) {
            Alternative each = alternatives.get(i);
            double x = nearest(each, fraction);
            double y = x + difference;
            odds[i] = new double[] {
                Math.log(each.treatment() / y),
                Math.log((1 - each.treatment()) / (1 - y)),
                Math.log(each.control() / x),
                Math.log((1 - each.control()) / (1 - x))
            };
        }
        return odds;
    }

    /** Control's rate of the nearest pair with the difference: above the alternative's, as treatment's is below it. */
    private double nearest(Alternative alternative, double fraction) {
        double from = alternative.control();
        double to = alternative.treatment() - difference;
        return Bisection.last(
                from,
                to,
                x -> fraction * slope(alternative.treatment(), x + difference)
                                + (1 - fraction) * slope(alternative.control(), x)
                        > 0);
    }

    /** The slope of the expected log likelihood at a rate, if the true rate is another. */
    private static double slope(double truth, double rate) {
        return truth / rate - (1 - truth) / (1 - rate);
    }

    private static void add(double[] logs, double[][] odds, Stretch stretch) {
        for (int i = 0; i < logs.length; i++) {
            logs[i] += stretch.treatment().successes() * odds[i][0]
                    + stretch.treatment().failures() * odds[i][1]
                    + stretch.control().successes() * odds[i][2]
                    + stretch.control().failures() * odds[i][3];
        }
    }

    private double logMean(double[] logs) {
        double[] weighted = new double[logs.length];
        for (int i = 0; i < logs.length; i++) {
            weighted[i] = Math.log(alternatives.get(i).stake()) + logs[i];
        }
        return Restarts.logSum(weighted);
    }
}
