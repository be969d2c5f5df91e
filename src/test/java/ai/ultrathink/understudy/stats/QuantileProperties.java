package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

class QuantileProperties {

    private static final QuantileDifference MEDIANS = new QuantileDifference(0.5, 20);

    @Property(tries = 200)
    void the_evidence_against_a_bound_is_the_least_over_all_points(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int treated,
            @ForAll @IntRange(min = 1, max = 60) int controlled,
            @ForAll @DoubleRange(min = -2, max = 2) @Scale(6) double difference) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] treatment = Latencies.lognormal(random, treated);
        double[] control = Latencies.lognormal(random, controlled);

        EValue evidence = MEDIANS.eValue(Hypothesis.AT_MOST, difference, Ranks.of(treatment), Ranks.of(control));

        double least = betweenSteps(treatment, control, difference)
                .map(point -> logE(Hypothesis.AT_MOST, control, point)
                        + logE(Hypothesis.AT_LEAST, treatment, point + difference))
                .min()
                .orElseThrow();
        assertEquals(least, evidence.log(), 1e-9 * (1 + Math.abs(least)));
    }

    @Property(tries = 200)
    void buckets_speak_less_against_any_hypothesis_than_the_latencies_in_them(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int treated,
            @ForAll @IntRange(min = 1, max = 60) int controlled,
            @ForAll @DoubleRange(min = -2, max = 2) @Scale(6) double difference,
            @ForAll Hypothesis hypothesis) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] treatment = Latencies.lognormal(random, treated);
        double[] control = Latencies.lognormal(random, controlled);

        double exact = MEDIANS.eValue(hypothesis, difference, Ranks.of(treatment), Ranks.of(control))
                .log();
        double counted = MEDIANS.eValue(
                        hypothesis, difference, Latencies.histogram(treatment), Latencies.histogram(control))
                .log();

        assertTrue(counted <= exact + 1e-12, () -> counted + " from buckets, " + exact + " from latencies");
    }

    @Property(tries = 200)
    void the_larger_the_difference_the_less_speaks_against_at_most_it(
            @ForAll long seed,
            @ForAll @DoubleRange(min = -2, max = 2) @Scale(6) double difference,
            @ForAll @DoubleRange(min = 0, max = 2) @Scale(6) double more) {
        SplittableRandom random = new SplittableRandom(seed);
        LogHistogram treatment = Latencies.histogram(Latencies.lognormal(random, 100));
        LogHistogram control = Latencies.histogram(Latencies.lognormal(random, 100));

        assertTrue(MEDIANS.eValue(Hypothesis.AT_MOST, difference + more, treatment, control)
                        .log()
                <= MEDIANS.eValue(Hypothesis.AT_MOST, difference, treatment, control)
                        .log());
    }

    @Property(tries = 200)
    void an_interval_of_differences_is_what_neither_bound_rejects(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 300) int treated,
            @ForAll @DoubleRange(min = -2, max = 2) @Scale(6) double difference,
            @ForAll @DoubleRange(min = 0.001, max = 0.5) @Scale(6) double alpha) {
        SplittableRandom random = new SplittableRandom(seed);
        LogHistogram treatment = Latencies.histogram(Latencies.lognormal(random, treated));
        LogHistogram control = Latencies.histogram(Latencies.lognormal(random, 200));

        Interval interval = MEDIANS.interval(treatment, control, alpha);

        boolean rejected = MEDIANS.eValue(Hypothesis.AT_MOST, difference, treatment, control)
                        .rejects(alpha / 2)
                || MEDIANS.eValue(Hypothesis.AT_LEAST, difference, treatment, control)
                        .rejects(alpha / 2);
        assertEquals(!rejected, interval.contains(difference));
        assertTrue(interval.contains(treatment.quantile(0.5) - control.quantile(0.5)));
        assertTrue(MEDIANS.interval(treatment, control, alpha / 2).encloses(interval));
    }

    @Example
    void no_data_say_nothing() {
        LogHistogram some = Latencies.histogram(1, 2, 3);

        for (Hypothesis hypothesis : Hypothesis.values()) {
            assertEquals(EValue.NONE, MEDIANS.eValue(hypothesis, 0, some, LogHistogram.NONE));
            assertEquals(EValue.NONE, MEDIANS.eValue(hypothesis, 0, LogHistogram.NONE, some));
        }
        assertEquals(Interval.UNKNOWN, MEDIANS.interval(some, LogHistogram.NONE, 0.05));
    }

    @Example
    void too_few_data_leave_every_difference() {
        LogHistogram one = Latencies.histogram(1);

        assertEquals(Interval.UNKNOWN, MEDIANS.interval(one, one, 0.05));
    }

    @Example
    void what_is_no_quantile_or_difference_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new QuantileDifference(1, 20));
        assertThrows(IllegalArgumentException.class, () -> new QuantileDifference(Double.NaN, 20));
        assertThrows(
                IllegalArgumentException.class,
                () -> MEDIANS.eValue(Hypothesis.EQUAL, Double.NaN, LogHistogram.NONE, LogHistogram.NONE));
    }

    /** The evidence of how many are at or below a point. */
    private static double logE(Hypothesis hypothesis, double[] values, double point) {
        long upTo = Arrays.stream(values).filter(value -> value <= point).count();
        return RateBet.around(hypothesis, 0.5, 20)
                .eValue(new Proportion(upTo, values.length))
                .log();
    }

    /** One point before, between and after all at which the count of either arm changes. */
    private static DoubleStream betweenSteps(double[] treatment, double[] control, double difference) {
        double[] steps = DoubleStream.concat(
                        Arrays.stream(control), Arrays.stream(treatment).map(value -> value - difference))
                .sorted()
                .toArray();
        DoubleStream.Builder points = DoubleStream.builder();
        points.add(steps[0] - 1);
        for (int i = 1; i < steps.length; i++) {
            points.add((steps[i - 1] + steps[i]) / 2);
        }
        return points.add(steps[steps.length - 1] + 1).build();
    }
}
