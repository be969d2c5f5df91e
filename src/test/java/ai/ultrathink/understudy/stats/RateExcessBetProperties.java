package ai.ultrathink.understudy.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class RateExcessBetProperties {

    /** The mean over one observation, treatment's with the probability of its fraction, for rates within the hypothesis. */
    @Property(tries = 500)
    void one_observation_gains_nothing_on_average(
            @ForAll @DoubleRange(min = 0, max = 0.5) double difference,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double fraction,
            @ForAll @DoubleRange(min = 0, max = 1) double control,
            @ForAll @DoubleRange(min = 0, max = 1) double part) {
        double treatment = Math.min(1, control + difference) * part;
        RateExcessBet bet = new RateExcessBet(difference);
        double mean = fraction
                        * (treatment * value(bet, fraction, 1, 1, 0, 0)
                                + (1 - treatment) * value(bet, fraction, 0, 1, 0, 0))
                + (1 - fraction)
                        * (control * value(bet, fraction, 0, 0, 1, 1)
                                + (1 - control) * value(bet, fraction, 0, 0, 0, 1));

        assertTrue(mean <= 1 + 1e-9, () -> "mean " + mean);
    }

    @Property(tries = 100)
    void more_failures_of_treatment_are_more_evidence(
            @ForAll @DoubleRange(min = 0, max = 0.2) double difference,
            @ForAll @DoubleRange(min = 0.05, max = 0.95) double fraction) {
        RateExcessBet bet = new RateExcessBet(difference);
        double before = Double.NEGATIVE_INFINITY;
        for (int failures = 0; failures <= 100; failures += 20) {
            double log = bet.of(List.of(stretch(fraction, failures, 100, 1, 100)))
                    .evidence()
                    .log();
            assertTrue(log > before);
            before = log;
        }
    }

    @Example
    void nothing_exceeds_a_difference_of_one() {
        assertEquals(
                0,
                new RateExcessBet(1)
                        .of(List.of(stretch(0.5, 100, 100, 0, 100)))
                        .evidence()
                        .log());
        assertEquals(0, new RateExcessBet(0.01).of(List.of()).evidence().log());
    }

    @Example
    void is_of_the_size_that_a_python_program_computed() {
        // docs/adr/0018: the mixture of 56 alternatives at a split of 10%, with scipy
        RateExcessBet.Result seen = new RateExcessBet(0.01).of(List.of(stretch(0.1, 30, 1_000, 9, 9_000)));

        assertEquals(3.0 / 100 - 0.001, seen.treatment().rate() - seen.control().rate(), 1e-12);
        assertEquals(9.436650326, seen.evidence().log(), 1e-6);
    }

    @Example
    void a_late_excess_is_that_of_the_time_since_it_began() {
        RateExcessBet.Result late = new RateExcessBet(0.01)
                .of(List.of(
                        new RateExcessBet.Stretch(0.5, 0.5, new Proportion(0, 50_000), new Proportion(0, 50_000)),
                        new RateExcessBet.Stretch(0.5, 0.25, new Proportion(50, 500), new Proportion(0, 500))));

        assertEquals(new Proportion(50, 500), late.treatment());
        assertTrue(late.evidence().log() > 5);
    }

    /** Each request 1 percentage point worse, which is the limit: 1/60 at most by Ville's inequality. */
    @Example
    void exactly_at_the_difference_a_threshold_of_60_is_rarely_reached() {
        Random random = new Random(20_261_128);
        RateExcessBet bet = new RateExcessBet(0.01);
        int reached = 0;
        for (int run = 0; run < 400; run++) {
            long treatment = 0;
            long control = 0;
            for (int look = 1; look <= 100; look++) {
                treatment += failures(random, 50, 0.011);
                control += failures(random, 450, 0.001);
                if (bet.of(List.of(stretch(0.1, treatment, 50L * look, control, 450L * look)))
                                .evidence()
                                .log()
                        >= Math.log(60)) {
                    reached++;
                    break;
                }
            }
        }
        int found = reached;
        assertTrue(found <= 13, () -> found + " of 400");
    }

    private static long failures(Random random, int requests, double rate) {
        long failures = 0;
        for (int request = 0; request < requests; request++) {
            failures += random.nextDouble() < rate ? 1 : 0;
        }
        return failures;
    }

    private static double value(
            RateExcessBet bet, double fraction, long failed, long treatment, long controlFailed, long control) {
        return Math.exp(bet.of(List.of(stretch(fraction, failed, treatment, controlFailed, control)))
                .evidence()
                .log());
    }

    private static RateExcessBet.Stretch stretch(
            double fraction, long failed, long treatment, long controlFailed, long control) {
        return new RateExcessBet.Stretch(
                fraction, 1, new Proportion(failed, treatment), new Proportion(controlFailed, control));
    }
}
