package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.apache.commons.numbers.gamma.LogBeta;
import org.apache.commons.numbers.gamma.RegularizedBeta;

class RateProperties {

    @Property
    void against_the_true_rate_e_values_are_1_on_average(
            @ForAll @DoubleRange(min = 0.001, max = 0.999) @Scale(6) double rate,
            @ForAll @DoubleRange(min = 0.1, max = 200) @Scale(6) double strength,
            @ForAll @IntRange(min = 1, max = 60) int count) {
        RateBet test = RateBet.around(Hypothesis.EQUAL, rate, strength);

        assertEquals(1, expectation(test, rate, count), 1e-9);
    }

    @Property
    void against_any_rate_within_a_one_sided_hypothesis_they_are_at_most_1_on_average(
            @ForAll @DoubleRange(min = 0.01, max = 0.99) @Scale(6) double rate,
            @ForAll @DoubleRange(min = 0, max = 1) @Scale(6) double share,
            @ForAll @DoubleRange(min = 0.1, max = 200) @Scale(6) double strength,
            @ForAll @IntRange(min = 1, max = 60) int count) {
        double above = rate + share * (0.999 - rate);
        double below = rate - share * (rate - 0.001);

        assertTrue(expectation(RateBet.around(Hypothesis.AT_LEAST, rate, strength), above, count) <= 1 + 1e-9);
        assertTrue(expectation(RateBet.around(Hypothesis.AT_MOST, rate, strength), below, count) <= 1 + 1e-9);
    }

    @Property
    void the_two_sided_bet_is_the_one_sided_ones_with_their_shares_of_the_stake(
            @ForAll @DoubleRange(min = 0.01, max = 0.99) @Scale(6) double rate,
            @ForAll @DoubleRange(min = 0.1, max = 50) @Scale(6) double strength,
            @ForAll @IntRange(min = 0, max = 300) int successes,
            @ForAll @IntRange(min = 0, max = 300) int failures) {
        Proportion seen = new Proportion(successes, successes + failures);
        double below = RegularizedBeta.value(rate, strength * rate, strength * (1 - rate));

        double both = logE(Hypothesis.EQUAL, rate, strength, seen);
        double mixed = below * Math.exp(logE(Hypothesis.AT_LEAST, rate, strength, seen) - both)
                + (1 - below) * Math.exp(logE(Hypothesis.AT_MOST, rate, strength, seen) - both);

        assertEquals(1, mixed, 1e-9);
    }

    @Property
    void a_split_of_two_is_a_rate(
            @ForAll @DoubleRange(min = 0.01, max = 0.99) @Scale(6) double rate,
            @ForAll @DoubleRange(min = 0.1, max = 1000) @Scale(6) double strength,
            @ForAll @IntRange(min = 0, max = 1_000_000) int successes,
            @ForAll @IntRange(min = 0, max = 1_000_000) int failures) {
        EValue asSplit = new MultinomialBet(List.of(rate, 1 - rate), strength)
                .eValue(List.of((long) successes, (long) failures));

        assertEquals(
                logE(Hypothesis.EQUAL, rate, strength, new Proportion(successes, successes + failures)),
                asSplit.log(),
                1e-12);
    }

    @Property
    void more_successes_speak_more_against_at_most_and_less_against_at_least(
            @ForAll @DoubleRange(min = 0.01, max = 0.99) @Scale(6) double rate,
            @ForAll @DoubleRange(min = 0.1, max = 200) @Scale(6) double strength,
            @ForAll @IntRange(min = 0, max = 999) int successes) {
        Proportion fewer = new Proportion(successes, 1000);
        Proportion more = new Proportion(successes + 1, 1000);

        assertTrue(logE(Hypothesis.AT_MOST, rate, strength, more) > logE(Hypothesis.AT_MOST, rate, strength, fewer));
        assertTrue(logE(Hypothesis.AT_LEAST, rate, strength, more) < logE(Hypothesis.AT_LEAST, rate, strength, fewer));
    }

    @Property
    void an_interval_is_what_the_test_does_not_reject(
            @ForAll @IntRange(min = 0, max = 500) int successes,
            @ForAll @IntRange(min = 0, max = 500) int failures,
            @ForAll @DoubleRange(min = 0.001, max = 0.999) @Scale(6) double rate,
            @ForAll @DoubleRange(min = 0.001, max = 0.5) @Scale(6) double alpha) {
        Proportion seen = new Proportion(successes, successes + failures);

        boolean rejected =
                new RateBet(Hypothesis.EQUAL, rate, 0.5, 0.5).eValue(seen).rejects(alpha);
        assertEquals(!rejected, RateSequence.JEFFREYS.interval(seen, alpha).contains(rate));
        assertEquals(rejected, RateSequence.JEFFREYS.excludes(rate, seen, alpha, 1));
    }

    @Property
    void intervals_nest_as_alpha_falls_and_hold_the_observed_rate(
            @ForAll @IntRange(min = 0, max = 100_000) int successes,
            @ForAll @IntRange(min = 1, max = 100_000) int failures,
            @ForAll @DoubleRange(min = 1e-6, max = 0.25) @Scale(6) double alpha) {
        Proportion seen = new Proportion(successes, successes + failures);
        Interval narrow = RateSequence.JEFFREYS.interval(seen, alpha);

        assertTrue(RateSequence.JEFFREYS.interval(seen, alpha / 2).encloses(narrow));
        assertTrue(narrow.contains(seen.rate()));
    }

    @Example
    void one_success_among_observations_that_depend_on_each_other_leaves_every_low_rate() {
        assertEquals(
                0,
                RateSequence.JEFFREYS
                        .interval(new Proportion(1, 300), 0.002, 150)
                        .low());
        assertEquals(
                Interval.UNKNOWN_RATE,
                RateSequence.JEFFREYS.interval(new Proportion(1, 1_000_000_000), 1e-140, 1_000_000_000));
    }

    @Property
    void pooling_proportions_adds_their_counts(
            @ForAll @IntRange(min = 0, max = 1000) int successes, @ForAll @IntRange(min = 0, max = 1000) int failures) {
        Proportion some = new Proportion(successes, successes + failures);
        Proportion others = new Proportion(failures, successes + failures);

        assertEquals(new Proportion(some.count(), 2 * some.count()), some.plus(others));
    }

    @Example
    void no_data_say_nothing() {
        assertEquals(
                0,
                RateBet.around(Hypothesis.AT_LEAST, 0.85, 100)
                        .eValue(Proportion.NONE)
                        .log());
        assertEquals(EValue.NONE, new MultinomialBet(List.of(0.5, 0.5), 100).eValue(List.of(0L, 0L)));
        assertEquals(Interval.UNKNOWN_RATE, RateSequence.JEFFREYS.interval(Proportion.NONE, 0.01));
        assertEquals(Double.NaN, Proportion.NONE.rate());
        assertEquals(1, EValue.NONE.pValue());
    }

    @Example
    void what_no_rate_can_be_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> RateBet.around(Hypothesis.EQUAL, Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> RateBet.around(Hypothesis.EQUAL, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new RateBet(Hypothesis.EQUAL, 0.5, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Proportion(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new Proportion(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new MultinomialBet(List.of(0.5, 0.4), 1));
        assertThrows(IllegalArgumentException.class, () -> new EValue(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Interval(1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> RateSequence.JEFFREYS.interval(Proportion.NONE, Double.NaN));
    }

    private static double logE(Hypothesis hypothesis, double rate, double strength, Proportion seen) {
        return RateBet.around(hypothesis, rate, strength).eValue(seen).log();
    }

    /** The mean e-value over all that may be seen if each of so many succeeds with the true rate. */
    private static double expectation(RateBet test, double truth, int count) {
        return LongStream.rangeClosed(0, count)
                .mapToDouble(successes -> Math.exp(logBinomial((double) successes, count, truth)
                        + test.eValue(new Proportion(successes, count)).log()))
                .sum();
    }

    private static double logBinomial(double successes, double count, double rate) {
        return -LogBeta.value(successes + 1, count - successes + 1)
                - Math.log(count + 1)
                + successes * Math.log(rate)
                + (count - successes) * Math.log1p(-rate);
    }
}
