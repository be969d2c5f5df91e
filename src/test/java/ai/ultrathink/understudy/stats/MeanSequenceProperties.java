package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

class MeanSequenceProperties {

    private static final double N_STAR = 5_000;

    @Property
    void intervals_and_bounds_nest_as_alpha_falls_from_5_percent(
            @ForAll("estimates") Estimate estimate,
            @ForAll @DoubleRange(min = 1e-6, max = 0.05) @Scale(6) double alpha) {
        MeanSequence wide = new MeanSequence(alpha / 2, N_STAR);
        MeanSequence narrow = new MeanSequence(alpha, N_STAR);

        assertTrue(wide.interval(estimate).encloses(narrow.interval(estimate)));
        assertTrue(wide.lowerBound(estimate).encloses(narrow.lowerBound(estimate)));
        assertTrue(wide.upperBound(estimate).encloses(narrow.upperBound(estimate)));
    }

    @Property
    void the_p_value_is_alpha_at_the_ends(
            @ForAll("estimates") Estimate estimate,
            @ForAll @DoubleRange(min = 1e-6, max = 0.4) @Scale(6) double alpha) {
        MeanSequence sequence = new MeanSequence(alpha, N_STAR);

        assertP(alpha, sequence, Hypothesis.EQUAL, sequence.interval(estimate).low(), estimate);
        assertP(alpha, sequence, Hypothesis.EQUAL, sequence.interval(estimate).high(), estimate);
        assertP(
                alpha,
                sequence,
                Hypothesis.AT_MOST,
                sequence.lowerBound(estimate).low(),
                estimate);
        assertP(
                alpha,
                sequence,
                Hypothesis.AT_LEAST,
                sequence.upperBound(estimate).high(),
                estimate);
    }

    @Property
    void an_estimate_within_the_hypothesis_says_nothing_against_it(
            @ForAll("estimates") Estimate estimate, @ForAll @DoubleRange(min = 0, max = 10) @Scale(6) double margin) {
        MeanSequence sequence = new MeanSequence(0.01, N_STAR);

        assertEquals(1, sequence.pValue(Hypothesis.AT_MOST, estimate.value() + margin, estimate));
        assertEquals(1, sequence.pValue(Hypothesis.AT_LEAST, estimate.value() - margin, estimate));
        assertEquals(1, sequence.pValue(Hypothesis.EQUAL, estimate.value(), estimate));
    }

    @Property
    void strata_pool_by_their_counts(@ForAll("estimates") Estimate some, @ForAll("estimates") Estimate others) {
        Estimate pooled = some.plus(others);

        double total = some.count() + others.count();
        assertEquals(some.count() + others.count(), pooled.count());
        assertEquals((some.count() * some.value() + others.count() * others.value()) / total, pooled.value(), 1e-9);
        assertEquals(
                Math.hypot(some.count() * some.standardError(), others.count() * others.standardError()) / total,
                pooled.standardError(),
                1e-9);
        assertEquals(some, some.plus(Estimate.NONE));
        assertEquals(some, Estimate.NONE.plus(some));
    }

    @Example
    void the_error_of_a_difference_is_welchs() {
        Moments treatment = Moments.NONE.with(1).with(3);
        Moments control = Moments.NONE.with(0).with(3).with(6);

        Estimate difference = Estimate.ofDifference(treatment, control);

        assertEquals(new Estimate(-1, 2, 5), difference);
    }

    @Example
    void no_data_or_a_single_number_say_nothing() {
        MeanSequence sequence = new MeanSequence(0.01, N_STAR);
        Moments one = Moments.NONE.with(5);
        Moments two = one.with(6);

        assertEquals(Estimate.NONE, Estimate.ofMean(Moments.NONE));
        assertEquals(Estimate.NONE, Estimate.ofMean(one));
        assertEquals(Estimate.NONE, Estimate.ofDifference(two, one));
        assertFalse(Estimate.NONE.known());
        assertEquals(Interval.UNKNOWN, sequence.interval(Estimate.NONE));
        assertEquals(Interval.UNKNOWN, sequence.lowerBound(Estimate.NONE));
        assertEquals(1, sequence.pValue(Hypothesis.AT_MOST, -1e300, Estimate.NONE));
    }

    @Example
    void numbers_that_are_all_equal_leave_just_that_one() {
        MeanSequence sequence = new MeanSequence(0.01, N_STAR);
        Estimate zero = Estimate.ofMean(Moments.ofSums(1_000, 0, 0));

        assertEquals(new Interval(0, 0), sequence.interval(zero));
        assertEquals(1, sequence.pValue(Hypothesis.EQUAL, 0, zero));
        assertEquals(0, sequence.pValue(Hypothesis.AT_LEAST, 0.1, zero));
    }

    @Example
    void what_is_no_number_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new Estimate(Double.NaN, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> new Estimate(0, Double.NaN, 2));
        assertThrows(IllegalArgumentException.class, () -> new MeanSequence(Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> new MeanSequence(0.5, 1));
        assertThrows(IllegalArgumentException.class, () -> new MeanSequence(0.01, Double.NaN));
        assertThrows(
                IllegalArgumentException.class,
                () -> new MeanSequence(0.01, 1).pValue(Hypothesis.EQUAL, Double.NaN, Estimate.NONE));
    }

    private static void assertP(
            double alpha, MeanSequence sequence, Hypothesis hypothesis, double value, Estimate estimate) {
        assertEquals(alpha, sequence.pValue(hypothesis, value, estimate), 1e-6 * alpha);
    }

    @Provide
    Arbitrary<Estimate> estimates() {
        return Combinators.combine(
                        Arbitraries.doubles().between(-10, 10),
                        Arbitraries.doubles().between(0.01, 10),
                        Arbitraries.longs().between(2, 1_000_000_000))
                .as(Estimate::new);
    }
}
