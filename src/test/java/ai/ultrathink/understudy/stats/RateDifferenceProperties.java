package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

class RateDifferenceProperties {

    private static final RateDifference TEST = RateDifference.JEFFREYS;

    @Property(tries = 300)
    void the_evidence_is_the_least_over_all_pairs_of_rates_within_the_hypothesis(
            @ForAll("proportions") Proportion treatment,
            @ForAll("proportions") Proportion control,
            @ForAll @DoubleRange(min = -0.9, max = 0.9) @Scale(6) double difference) {
        double log =
                TEST.eValue(Hypothesis.AT_MOST, difference, treatment, control).log();

        double least = Double.POSITIVE_INFINITY;
        for (int i = 1; i < 400; i++) {
            double x = i / 400.0;
            for (double y : new double[] {x + difference, Math.min(x + difference, treatment.rate())}) {
                if (y > 0 && y < 1) {
                    least = Math.min(least, logE(control, x) + logE(treatment, y));
                }
            }
        }
        assertTrue(log <= least + 1e-9, () -> log + " is more than one of the pairs has");
    }

    @Property(tries = 300)
    void it_is_that_of_a_pair_within_the_hypothesis(
            @ForAll("proportions") Proportion treatment,
            @ForAll("proportions") Proportion control,
            @ForAll @DoubleRange(min = -0.9, max = 0.9) @Scale(6) double difference) {
        double log =
                TEST.eValue(Hypothesis.EQUAL, difference, treatment, control).log();

        // the log of the product is convex along the line, so a fine search by thirds finds the least of it
        double from = Math.max(0, -difference) + 1e-12;
        double to = Math.min(1, 1 - difference) - 1e-12;
        for (int step = 0; step < 200; step++) {
            double third = (to - from) / 3;
            if (logE(control, from + third) + logE(treatment, from + third + difference)
                    < logE(control, to - third) + logE(treatment, to - third + difference)) {
                to -= third;
            } else {
                from += third;
            }
        }
        assertEquals(logE(control, from) + logE(treatment, from + difference), log, 1e-6 * (1 + Math.abs(log)));
    }

    @Property(tries = 300)
    void an_interval_is_what_the_test_does_not_reject(
            @ForAll("proportions") Proportion treatment,
            @ForAll("proportions") Proportion control,
            @ForAll @DoubleRange(min = -0.99, max = 0.99) @Scale(6) double difference,
            @ForAll @DoubleRange(min = 0.001, max = 0.5) @Scale(6) double alpha) {
        Interval interval = TEST.interval(treatment, control, alpha);

        boolean rejected =
                TEST.eValue(Hypothesis.EQUAL, difference, treatment, control).rejects(alpha);

        assertEquals(!rejected, interval.contains(difference));
        assertTrue(TEST.interval(treatment, control, alpha / 2).encloses(interval));
        assertTrue(interval.contains(treatment.rate() - control.rate()));
    }

    @Property(tries = 300)
    void arms_change_places_with_the_sign(
            @ForAll("proportions") Proportion treatment,
            @ForAll("proportions") Proportion control,
            @ForAll @DoubleRange(min = -0.9, max = 0.9) @Scale(6) double difference) {
        assertEquals(
                TEST.eValue(Hypothesis.AT_MOST, difference, treatment, control).log(),
                TEST.eValue(Hypothesis.AT_LEAST, -difference, control, treatment)
                        .log(),
                1e-6);
    }

    @Example
    void an_arm_without_data_says_nothing() {
        Proportion some = new Proportion(90, 100);

        assertEquals(EValue.NONE, TEST.eValue(Hypothesis.AT_MOST, 0.01, some, Proportion.NONE));
        assertEquals(EValue.NONE, TEST.eValue(Hypothesis.AT_MOST, 0.01, Proportion.NONE, some));
        assertEquals(Interval.UNKNOWN_RATE_DIFFERENCE, TEST.interval(some, Proportion.NONE, 0.01));
    }

    @Example
    void a_billion_without_failures_bound_the_difference_closely() {
        Proportion none = new Proportion(0, 1_000_000_000);

        Interval interval = TEST.interval(none, none, 0.01);

        assertTrue(interval.contains(0) && interval.high() - interval.low() < 1e-7, interval::toString);
    }

    @Example
    void a_difference_that_no_rates_have_is_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> TEST.eValue(Hypothesis.AT_MOST, Double.NaN, Proportion.NONE, Proportion.NONE));
        assertThrows(
                IllegalArgumentException.class,
                () -> TEST.eValue(Hypothesis.AT_MOST, 1, Proportion.NONE, Proportion.NONE));
    }

    private static double logE(Proportion seen, double rate) {
        return new RateBet(Hypothesis.EQUAL, rate, 0.5, 0.5).eValue(seen).log();
    }

    @Provide
    Arbitrary<Proportion> proportions() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 300),
                        Arbitraries.integers().between(1, 3000))
                .as((successes, failures) -> new Proportion(successes, successes + failures));
    }
}
