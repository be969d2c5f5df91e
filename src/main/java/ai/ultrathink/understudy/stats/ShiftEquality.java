package ai.ultrathink.understudy.stats;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The evidence against "the quantile of treatment lies exactly d above control's".
 *
 * <p>Unlike for a bound, both too many and too few values below a point are evidence against it; a fraction of q is the
 * least evidence. The range of possible counts at a point is widest at the ends of ranges, so only these points need to
 * be checked.
 */
final class ShiftEquality {

    private final RateBet bet;
    private final Ranks treatment;
    private final Ranks control;

    ShiftEquality(QuantileDifference mixture, Ranks treatment, Ranks control) {
        this.bet = RateBet.around(Hypothesis.EQUAL, mixture.quantile(), mixture.strength());
        this.treatment = treatment;
        this.control = control;
    }

    EValue eValue(double difference) {
        double least = DoubleStream.concat(
                        ends(control).map(point -> against(control, point) + against(treatment, point + difference)),
                        ends(treatment).map(point -> against(control, point - difference) + against(treatment, point)))
                .min()
                .orElse(0);
        return new EValue(least);
    }

    private static DoubleStream ends(Ranks ranks) {
        return IntStream.range(0, ranks.ranges())
                .boxed()
                .flatMapToDouble(range -> DoubleStream.of(ranks.low(range), ranks.high(range)));
    }

    /** The least evidence against the point being the quantile, over the counts that are possible there. */
    private double against(Ranks ranks, double point) {
        long fewest = ranks.inFirst(ranks.rangesBelow(point));
        long most = ranks.inFirst(ranks.rangesUpTo(point));
        long count = Math.clamp(likeliest(ranks.total()), fewest, most);
        return bet.eValue(new Proportion(count, ranks.total())).log();
    }

    /**
     * The count with the least evidence: one more is as likely under the mixture as under q where (a + k)(1 − q) =
     * (b + n − k − 1) q, and with a = strength × q, b = strength × (1 − q) that is k = q (n − 1).
     */
    private long likeliest(long total) {
        return (long) Math.ceil(bet.rate() * (total - 1));
    }
}
