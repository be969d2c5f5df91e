package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;

class BoundedMeanProperties {

    private static final BoundedMeanBet BET = new BoundedMeanBet(-1, 1, 0);
    private static final BoundedMeanBet UNIT = new BoundedMeanBet(0, 1, 0.6);
    private static final BoundedMeanDifference DIFFERENCE = new BoundedMeanDifference(UNIT);

    /** Over all that n numbers of two values may be: the mean of the e-value is at most 1. */
    @Property
    void under_the_hypothesis_they_are_at_most_1_on_average(
            @ForAll @DoubleRange(min = -1, max = 1) double one,
            @ForAll @DoubleRange(min = -1, max = 1) double other,
            @ForAll @DoubleRange(min = 0, max = 1) double chance,
            @ForAll @DoubleRange(min = 0, max = 0.5) double slack,
            @ForAll @IntRange(min = 1, max = 25) int count) {
        double mean = chance * one + (1 - chance) * other;
        double above = 0;
        double below = 0;
        for (int ones = 0; ones <= count; ones++) {
            Moments seen = Moments.NONE;
            for (int i = 0; i < count; i++) {
                seen = seen.with(i < ones ? one : other);
            }
            double probability = binomial(ones, count, chance);
            above += probability
                    * Math.exp(
                            BET.eValue(Hypothesis.AT_MOST, mean + slack, seen).log());
            below += probability
                    * Math.exp(
                            BET.eValue(Hypothesis.AT_LEAST, mean - slack, seen).log());
        }

        assertTrue(above <= 1 + 1e-9 || mean + slack < -1, above + " above");
        assertTrue(below <= 1 + 1e-9 || mean - slack > 1, below + " below");
    }

    /** Fan's inequality: what is computed from sums never exceeds the money of a bettor who sees each number. */
    @Property
    void they_are_at_most_the_money_of_a_bettor_who_sees_each_number(
            @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = -1, max = 1) Double> numbers,
            @ForAll @DoubleRange(min = -0.9, max = 0.9) double mean) {
        double money = 0;
        double[] stakes = {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.6, 0.9};
        for (double stake : stakes) {
            double product = 1;
            for (double number : numbers) {
                product *= (1 + stake * number) / (1 + stake * mean);
            }
            money += product / stakes.length;
        }

        double log = BET.eValue(Hypothesis.AT_MOST, mean, moments(numbers)).log();
        assertTrue(log <= Math.log(money) + 1e-9, () -> log + " is more than the money");
    }

    @Property
    void the_sides_change_places_with_the_sign(
            @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = -1, max = 1) Double> numbers,
            @ForAll @DoubleRange(min = -0.9, max = 0.9) double mean) {
        List<Double> negated = numbers.stream().map(each -> -each).toList();

        assertEquals(
                BET.eValue(Hypothesis.AT_MOST, mean, moments(numbers)).log(),
                BET.eValue(Hypothesis.AT_LEAST, -mean, moments(negated)).log(),
                1e-9);
    }

    @Property
    void an_interval_is_what_is_not_rejected_and_holds_the_mean(
            @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = -1, max = 1) Double> numbers,
            @ForAll @DoubleRange(min = -1, max = 1) double mean,
            @ForAll @DoubleRange(min = 0.001, max = 0.5) @Scale(3) double alpha) {
        Moments seen = moments(numbers);
        Interval interval = BET.interval(seen, alpha);

        boolean rejected = BET.eValue(Hypothesis.AT_MOST, mean, seen).rejects(alpha / 2)
                || BET.eValue(Hypothesis.AT_LEAST, mean, seen).rejects(alpha / 2);
        assertTrue(rejected != interval.contains(mean) || mean == interval.low() || mean == interval.high());
        assertTrue(interval.contains(Math.clamp(seen.mean(), -1, 1)));
        assertTrue(BET.interval(seen, alpha / 2).encloses(interval));
    }

    @Property(tries = 200)
    void the_evidence_on_a_difference_is_the_least_over_all_pairs_of_means(
            @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = 0, max = 1) Double> treatment,
            @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = 0, max = 1) Double> control,
            @ForAll @DoubleRange(min = -0.9, max = 0.9) double difference) {
        double log = DIFFERENCE
                .eValue(Hypothesis.AT_MOST, difference, moments(treatment), moments(control))
                .log();

        double least = IntStream.rangeClosed(0, 2_000)
                .mapToDouble(i -> i / 2_000.0)
                .filter(x -> x + difference >= 0)
                .map(x -> UNIT.eValue(Hypothesis.AT_LEAST, x, moments(control)).log()
                        + UNIT.eValue(Hypothesis.AT_MOST, x + difference, moments(treatment))
                                .log())
                .min()
                .orElseThrow();
        assertTrue(log <= least + 1e-9, () -> log + " is more than " + least);
        assertTrue(log >= least - 0.1, () -> log + " is far less than " + least);
    }

    @Property(tries = 100)
    void an_interval_of_a_difference_is_what_is_not_rejected(
            @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = 0, max = 1) Double> treatment,
            @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = 0, max = 1) Double> control,
            @ForAll @DoubleRange(min = -0.99, max = 0.99) double difference,
            @ForAll @DoubleRange(min = 0.01, max = 0.5) @Scale(3) double alpha) {
        Moments upper = moments(treatment);
        Moments lower = moments(control);
        Interval interval = DIFFERENCE.interval(upper, lower, alpha);

        boolean rejected =
                DIFFERENCE.eValue(Hypothesis.AT_MOST, difference, upper, lower).rejects(alpha / 2)
                        || DIFFERENCE
                                .eValue(Hypothesis.AT_LEAST, difference, upper, lower)
                                .rejects(alpha / 2);
        boolean atTheEnd =
                Math.min(Math.abs(difference - interval.low()), Math.abs(difference - interval.high())) < 1e-6;
        assertTrue(rejected != interval.contains(difference) || atTheEnd);
        assertTrue(interval.contains(Math.clamp(upper.mean() - lower.mean(), -1, 1)));
    }

    /** 400 runs of 1,000 numbers that are looked at after each tenth: at most α and four standard errors may ever reject. */
    @Example
    void a_true_mean_is_seldom_ever_rejected() {
        double alpha = 0.05;
        long rejected = IntStream.range(0, 400)
                .filter(run -> {
                    SplittableRandom random = new SplittableRandom(run);
                    Moments seen = Moments.NONE;
                    for (int number = 1; number <= 1_000; number++) {
                        seen = seen.with(random.nextDouble() < 0.1 ? 1 : 0);
                        if (number % 10 == 0
                                && UNIT.eValue(Hypothesis.EQUAL, 0.1, seen).rejects(alpha)) {
                            return true;
                        }
                    }
                    return false;
                })
                .count();

        assertTrue(rejected <= 400 * alpha + 4 * Math.sqrt(400 * alpha * (1 - alpha)), () -> rejected + " of 400");
    }

    @Example
    void a_difference_of_confidence_twice_the_limit_is_found_within_200_pairs() {
        BoundedMeanBet atTheLimit = new BoundedMeanBet(-1, 1, 0.1);
        Moments seen = new Moments(200, 0.2, 200 * 0.05 * 0.05);

        assertTrue(atTheLimit.eValue(Hypothesis.AT_MOST, 0.1, seen).rejects(0.002));
        assertTrue(atTheLimit.eValue(Hypothesis.AT_LEAST, -0.1, seen).log() < 0);
    }

    @Example
    void no_numbers_say_nothing() {
        assertEquals(EValue.NONE, BET.eValue(Hypothesis.EQUAL, 0, Moments.NONE));
        assertEquals(new Interval(-1, 1), BET.interval(Moments.NONE, 0.01));
        assertEquals(EValue.NONE, DIFFERENCE.eValue(Hypothesis.AT_MOST, 0, Moments.NONE, Moments.NONE.with(0.5)));
        assertEquals(new Interval(-1, 1), DIFFERENCE.interval(Moments.NONE, Moments.NONE, 0.01));
    }

    @Example
    void a_mean_beyond_the_bounds_is_ruled_out() {
        assertEquals(
                Double.POSITIVE_INFINITY,
                BET.eValue(Hypothesis.AT_MOST, -1.1, Moments.NONE.with(0)).log());
        assertTrue(BET.eValue(Hypothesis.AT_MOST, 1.1, Moments.NONE.with(1)).log() <= 0);
    }

    @Example
    void what_cannot_be_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new BoundedMeanBet(1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new BoundedMeanBet(Double.NaN, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> BET.eValue(Hypothesis.AT_MOST, 0, Moments.NONE.with(1.5)));
        assertThrows(IllegalArgumentException.class, () -> BET.eValue(Hypothesis.AT_MOST, Double.NaN, Moments.NONE));
        assertThrows(IllegalArgumentException.class, () -> BET.interval(Moments.NONE, 0));
    }

    private static Moments moments(List<Double> numbers) {
        Moments moments = Moments.NONE;
        for (double number : numbers) {
            moments = moments.with(number);
        }
        return moments;
    }

    private static double binomial(int ones, int count, double chance) {
        double probability = 1;
        for (int i = 0; i < ones; i++) {
            probability *= (double) (count - i) / (i + 1) * chance;
        }
        return probability * Math.pow(1 - chance, count - ones);
    }
}
