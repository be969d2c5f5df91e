package ai.ultrathink.understudy.stats;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/**
 * A bet that is begun again and again, while a part of the stake stays with the whole:
 *
 * <pre>E = ∑ⱼ wⱼ E(beginning j and all that came later),   ∑ⱼ wⱼ ≤ 1</pre>
 *
 * As the weights sum to 1 at most, E is an e-value if each summand is one. Harm that was there from the beginning is found
 * nearly as soon as without restarts, and harm that begins late is not excused by a long sound past (Shin, Ramdas and
 * Rinaldo 2023, arXiv 2203.03532).
 */
public final class Restarts {

    private static final int MINUTES = 60;

    private Restarts() {}

    /**
     * Weights of minutes and hours, by their beginnings in order. Half of the stake is for the whole. The other half is spread over
     * the hours with 1 / ((h + 1) (h + 2)), and within an hour half and half over its beginning and its other minutes. So
     * minutes that are folded into their hour take some beginnings away, and leave the weights of the others.
     */
    public static double[] weights(List<Instant> starts) {
        double[] weights = new double[starts.size()];
        for (int place = 0; place < weights.length; place++) {
            Instant hour = starts.get(place).truncatedTo(ChronoUnit.HOURS);
            long hours = starts.getFirst().truncatedTo(ChronoUnit.HOURS).until(hour, ChronoUnit.HOURS);
            boolean beginsHour = place == 0 || starts.get(place - 1).isBefore(hour);
            weights[place] = (place == 0 ? 0.5 : 0) + 0.25 * weight(hours) / (beginsHour ? 1 : MINUTES - 1);
        }
        return weights;
    }

    private static double weight(long place) {
        return 1 / ((place + 1.0) * (place + 2.0));
    }

    /** The evidence of phases in their order, from the e-value of each. Without any there is none. */
    public static EValue ofPhases(List<EValue> phases) {
        double since = 0;
        double[] logs = new double[phases.size()];
        double[] weights = new double[phases.size()];
        for (int place = phases.size() - 1; place >= 0; place--) {
            since += phases.get(place).log();
            logs[place] = since;
            weights[place] = ((place == 0 ? 1 : 0) + weight(place)) / 2;
        }
        return of(weights, logs);
    }

    /**
     * The weighted sum.
     *
     * @param weights of the beginnings in order
     * @param logs the logarithm of the e-value of each beginning together with all that came later
     */
    public static EValue of(double[] weights, double[] logs) {
        double[] weighted = new double[logs.length];
        for (int place = 0; place < logs.length; place++) {
            weighted[place] = Math.log(weights[place]) + logs[place];
        }
        return logs.length == 0 ? EValue.NONE : new EValue(logSum(weighted));
    }

    /** ln ∑ exp(log). */
    static double logSum(double[] logs) {
        double greatest = Arrays.stream(logs).max().orElse(Double.NEGATIVE_INFINITY);
        if (Double.isInfinite(greatest)) {
            return greatest;
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - greatest);
        }
        return greatest + Math.log(sum);
    }
}
