package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
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
    private static final QuantileSequence MEDIAN = new QuantileSequence(0.5, 20);

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

    @Property(tries = 200)
    void intervals_of_a_quantile_nest_as_alpha_falls_and_hold_the_observed_one(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 2_000) int count,
            @ForAll @DoubleRange(min = 1e-5, max = 0.5) @Scale(6) double alpha) {
        LogHistogram latencies = Latencies.histogram(Latencies.lognormal(new SplittableRandom(seed), count));

        Interval interval = MEDIAN.interval(latencies, alpha);

        assertTrue(MEDIAN.interval(latencies, alpha / 2).encloses(interval));
        assertTrue(MEDIAN.lowerBound(latencies, alpha / 2).encloses(MEDIAN.lowerBound(latencies, alpha)));
        assertTrue(MEDIAN.upperBound(latencies, alpha / 2).encloses(MEDIAN.upperBound(latencies, alpha)));
        assertTrue(interval.contains(latencies.quantile(0.5)));
    }

    @Property(tries = 200)
    void a_bound_of_a_quantile_is_where_the_share_of_exact_latencies_is_not_rejected(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int count) {
        double[] latencies = Latencies.lognormal(new SplittableRandom(seed), count);
        Interval interval = MEDIAN.interval(Latencies.histogram(latencies), 0.05);

        for (double latency : latencies) {
            if (!interval.contains(latency)) {
                assertTrue(new EValue(logE(Hypothesis.EQUAL, latencies, latency)).rejects(0.05));
            }
        }
    }

    @Example
    void a_billion_latencies_bound_a_quantile_to_its_bucket() {
        LogHistogram latencies = LogHistogram.of(Map.of(0, 100_000_000L, 10, 500_000_000L, 20, 400_000_000L));

        assertEquals(new Interval(LogHistogram.low(10), LogHistogram.high(10)), MEDIAN.interval(latencies, 0.001));
    }

    @Example
    void no_data_say_nothing() {
        LogHistogram some = Latencies.histogram(1, 2, 3);

        assertEquals(Interval.UNKNOWN_DURATION, MEDIAN.interval(LogHistogram.NONE, 0.05));
        assertEquals(Interval.UNKNOWN_DURATION, MEDIAN.upperBound(LogHistogram.NONE, 0.05));
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
        assertThrows(IllegalArgumentException.class, () -> new QuantileSequence(1, 20));
        assertThrows(IllegalArgumentException.class, () -> new QuantileDifference(Double.NaN, 20));
        assertThrows(
                IllegalArgumentException.class,
                () -> MEDIANS.eValue(Hypothesis.EQUAL, Double.NaN, LogHistogram.NONE, LogHistogram.NONE));
        assertThrows(IllegalArgumentException.class, () -> MEDIAN.interval(LogHistogram.NONE, Double.NaN));
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
