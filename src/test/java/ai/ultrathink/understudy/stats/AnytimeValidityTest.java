package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What looking often must not spoil: over many runs, each looked at again and again, the truth is rejected in at most a share
 * α of them. Seeds are fixed; a share is compared with α and four of its own standard errors.
 */
class AnytimeValidityTest {

    private static final double ALPHA = 0.05;

    /** A run on its own randomness: whether the truth was ever rejected. */
    private interface Run {
        boolean everRejects(RandomGenerator random);
    }

    @Test
    void a_true_rate_is_seldom_ever_rejected() {
        for (Hypothesis hypothesis : Hypothesis.values()) {
            RateBet test = RateBet.around(hypothesis, 0.85, 100);
            assertRare(600, random -> {
                int successes = 0;
                for (int count = 1; count <= 1_000; count++) {
                    successes += random.nextDouble() < 0.85 ? 1 : 0;
                    if (test.eValue(new Proportion(successes, count)).rejects(ALPHA)) {
                        return true;
                    }
                }
                return false;
            });
        }
    }

    @Test
    void e_values_of_the_truth_average_at_most_1_at_the_time_when_one_stops_for_what_was_seen() {
        RateBet test = RateBet.around(Hypothesis.AT_MOST, 0.02, 50);
        double[] stopped = IntStream.range(0, 2_000)
                .mapToDouble(run -> {
                    SplittableRandom random = new SplittableRandom(run);
                    int successes = 0;
                    for (int count = 1; count <= 1_000; count++) {
                        successes += random.nextDouble() < 0.02 ? 1 : 0;
                        double log =
                                test.eValue(new Proportion(successes, count)).log();
                        if (log >= Math.log(5)) {
                            return Math.exp(log);
                        }
                    }
                    return Math.exp(
                            test.eValue(new Proportion(successes, 1_000)).log());
                })
                .toArray();

        Moments moments = Arrays.stream(stopped).boxed().reduce(Moments.NONE, Moments::with, Moments::plus);
        double error = Estimate.ofMean(moments).standardError();
        assertTrue(moments.mean() <= 1 + 4 * error, () -> "mean " + moments.mean() + " ± " + error);
        assertTrue(moments.mean() >= 0.2, () -> "a bet that is never won finds nothing: " + moments.mean());
    }

    @Test
    void a_true_split_is_seldom_ever_rejected_though_it_is_changed_on_the_way() {
        assertRare(2_000, random -> {
            EValue before = EValue.NONE;
            for (double split : new double[] {0.05, 0.1, 0.5}) {
                RateBet test = RateBet.around(Hypothesis.EQUAL, split, 100);
                EValue here = EValue.NONE;
                int treated = 0;
                for (int count = 1; count <= 300; count++) {
                    treated += random.nextDouble() < split ? 1 : 0;
                    here = test.eValue(new Proportion(treated, count));
                    if (before.times(here).rejects(ALPHA)) {
                        return true;
                    }
                }
                before = before.times(here);
            }
            return false;
        });
    }

    @Test
    void a_true_difference_of_rates_is_seldom_ever_outside_its_interval() {
        assertRare(1_000, random -> {
            Proportion treatment = Proportion.NONE;
            Proportion control = Proportion.NONE;
            for (int look = 1; look <= 40; look++) {
                treatment = treatment.plus(draw(random, 0.03, 10));
                control = control.plus(draw(random, 0.01, 90));
                if (RateDifference.JEFFREYS
                                .eValue(Hypothesis.AT_MOST, 0.02, treatment, control)
                                .rejects(ALPHA)
                        || RateDifference.JEFFREYS
                                .eValue(Hypothesis.AT_LEAST, 0.02, treatment, control)
                                .rejects(ALPHA)) {
                    return true;
                }
            }
            return false;
        });
    }

    @Test
    void a_true_mean_of_skewed_numbers_is_seldom_ever_outside_its_interval_once_there_are_some() {
        MeanSequence sequence = new MeanSequence(ALPHA, 1_000);
        assertRare(1_000, random -> {
            Moments moments = Moments.NONE;
            for (int count = 1; count <= 3_000; count++) {
                moments = moments.with(-Math.log(1 - random.nextDouble()));
                if (count >= 100 && !sequence.interval(Estimate.ofMean(moments)).contains(1)) {
                    return true;
                }
            }
            return false;
        });
    }

    @Test
    void a_true_difference_of_means_is_seldom_ever_outside_its_interval_though_the_split_and_the_level_change() {
        MeanSequence sequence = new MeanSequence(ALPHA, 2_000);
        assertRare(1_000, random -> {
            Estimate steps = Estimate.NONE;
            for (int step = 0; step < 3; step++) {
                Moments treatment = Moments.NONE;
                Moments control = Moments.NONE;
                for (int count = 1; count <= 1_000; count++) {
                    double value = 10 * step + random.nextGaussian();
                    if (random.nextDouble() < 0.1 + 0.3 * step) {
                        treatment = treatment.with(value + 0.5);
                    } else {
                        control = control.with(value);
                    }
                    Estimate now = steps.plus(Estimate.ofDifference(treatment, control));
                    if (now.count() >= 300 && !sequence.interval(now).contains(0.5)) {
                        return true;
                    }
                }
                steps = steps.plus(Estimate.ofDifference(treatment, control));
            }
            return false;
        });
    }

    @Test
    void a_true_difference_of_quantiles_is_seldom_ever_rejected() {
        QuantileDifference test = new QuantileDifference(0.95, 100);
        assertRare(300, random -> {
            LogHistogram treatment = LogHistogram.NONE;
            LogHistogram control = LogHistogram.NONE;
            for (int look = 1; look <= 20; look++) {
                treatment = treatment.plus(Latencies.histogram(Arrays.stream(Latencies.lognormal(random, 20))
                        .map(latency -> latency + 1)
                        .toArray()));
                control = control.plus(Latencies.histogram(Latencies.lognormal(random, 80)));
                if (test.eValue(Hypothesis.AT_MOST, 1, treatment, control).rejects(ALPHA / 2)
                        || test.eValue(Hypothesis.AT_LEAST, 1, treatment, control)
                                .rejects(ALPHA / 2)) {
                    return true;
                }
            }
            return false;
        });
    }

    private static Proportion draw(RandomGenerator random, double rate, int count) {
        return new Proportion(
                random.doubles(count).filter(drawn -> drawn < rate).count(), count);
    }

    private static void assertRare(int runs, Run run) {
        long rejected = IntStream.range(0, runs)
                .filter(seed -> run.everRejects(new SplittableRandom(seed)))
                .count();
        double allowed = ALPHA + 4 * Math.sqrt(ALPHA * (1 - ALPHA) / runs);
        assertTrue(rejected <= allowed * runs, () -> rejected + " of " + runs + " runs");
    }
}
