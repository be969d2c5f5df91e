package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A test that never rejects is valid and useless: how soon harm is found, at the median of runs with fixed seeds. */
class PowerTest {

    private static final double ALPHA = 0.002;

    @Test
    void agreement_of_80_percent_where_85_are_asked_for_is_found_within_1500_comparisons() {
        RateBet test = RateBet.around(Hypothesis.AT_LEAST, 0.85, 100);

        assertTrue(medianOf(random -> {
                    int agreeing = 0;
                    for (int count = 1; count <= 5_000; count++) {
                        agreeing += random.nextDouble() < 0.80 ? 1 : 0;
                        if (test.eValue(new Proportion(agreeing, count)).rejects(ALPHA)) {
                            return count;
                        }
                    }
                    return 5_000;
                })
                <= 1_500);
    }

    @Test
    void two_percent_of_crashes_are_found_within_400_requests_to_treatment_by_rates_and_sooner_by_shares() {
        assertTrue(medianOf(random -> treatmentRequestsUntil(random, PowerTest::ratesDiffer)) <= 400);
        assertTrue(medianOf(random -> treatmentRequestsUntil(random, PowerTest::treatmentHasTooManyOfThem)) <= 300);
    }

    @Test
    void a_tail_that_is_a_fifth_longer_is_found_within_10000_requests() {
        QuantileDifference test = new QuantileDifference(0.95, 100);
        assertTrue(IntStream.range(0, 5)
                        .filter(seed -> {
                            SplittableRandom random = new SplittableRandom(seed);
                            LogHistogram control = Latencies.histogram(Latencies.lognormal(random, 5_000));
                            double[] slower = Latencies.lognormal(random, 5_000);
                            for (int i = 0; i < slower.length; i++) {
                                slower[i] *= 1.2;
                            }
                            return test.eValue(Hypothesis.AT_MOST, 0, Latencies.histogram(slower), control)
                                    .rejects(ALPHA);
                        })
                        .count()
                >= 3);
    }

    private interface Detection {
        boolean found(Proportion treatmentFailures, Proportion controlFailures);
    }

    private static boolean ratesDiffer(Proportion treatment, Proportion control) {
        return RateDifference.JEFFREYS
                .eValue(Hypothesis.AT_MOST, 0, treatment, control)
                .rejects(ALPHA);
    }

    private static boolean treatmentHasTooManyOfThem(Proportion treatment, Proportion control) {
        return RateBet.around(Hypothesis.AT_MOST, 0.1, 1)
                .eValue(new Proportion(treatment.successes(), treatment.successes() + control.successes()))
                .rejects(ALPHA);
    }

    /** A tenth of the requests goes to treatment, where 2% crash; control never does. */
    private static int treatmentRequestsUntil(SplittableRandom random, Detection detection) {
        Proportion treatment = Proportion.NONE;
        Proportion control = Proportion.NONE;
        for (int request = 0; request < 20_000; request++) {
            if (random.nextDouble() < 0.1) {
                treatment = treatment.plus(new Proportion(random.nextDouble() < 0.02 ? 1 : 0, 1));
                if (detection.found(treatment, control)) {
                    return (int) treatment.count();
                }
            } else {
                control = control.plus(new Proportion(0, 1));
            }
        }
        return Integer.MAX_VALUE;
    }

    private static int medianOf(java.util.function.ToIntFunction<SplittableRandom> run) {
        int[] sorted = IntStream.range(0, 201)
                .map(seed -> run.applyAsInt(new SplittableRandom(seed)))
                .sorted()
                .toArray();
        return sorted[100];
    }
}
