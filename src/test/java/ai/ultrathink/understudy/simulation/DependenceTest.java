package ai.ultrathink.understudy.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** The worlds are what their stories say. */
class DependenceTest {

    private static final int MANY = 2_000_000;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(7);

    @Test
    void bad_times_have_their_share_and_their_length() {
        Spells spells = new Spells(0.04, 100, random);
        long bad = 0;
        long begun = 0;
        boolean before = false;
        for (int request = 0; request < MANY; request++) {
            boolean now = spells.next();
            bad += now ? 1 : 0;
            begun += now && !before ? 1 : 0;
            before = now;
        }

        assertEquals(0.04, (double) bad / MANY, 0.004);
        assertEquals(100, (double) bad / begun, 10);
    }

    @Test
    void regimes_have_the_mean_that_was_asked_for() {
        Dependence regimes = new AgreementRegimes(0.85, 100, random);
        SimulatedUnit unit = SimulatedUnit.single(0);
        double sum = 0;
        for (int request = 0; request < MANY; request++) {
            sum += regimes.at(Conditions.SAME, unit).agreement();
        }

        assertEquals(0.85, sum / MANY, 0.01);
    }

    @Test
    void waves_remember() {
        Waves waves = new Waves(0.9, random);
        double squares = 0;
        double products = 0;
        double before = waves.next();
        for (int request = 0; request < MANY; request++) {
            double now = waves.next();
            squares += now * now;
            products += now * before;
            before = now;
        }

        assertEquals(1, squares / MANY, 0.02);
        assertEquals(0.9, products / squares, 0.01);
    }

    @Test
    void two_requests_of_a_unit_are_correlated_as_asked() {
        Dependence alike = UnitDifferences.inAgreement(0.2);
        Conditions usual = Conditions.SAME.agreeing(0.85);
        double one = 0;
        double both = 0;
        for (int each = 0; each < MANY / 4; each++) {
            SimulatedUnit unit = SimulatedUnit.account(0, 0);
            boolean first = random.nextDouble() < alike.at(usual, unit).agreement();
            unit.pair(first);
            boolean second = random.nextDouble() < alike.at(usual, unit).agreement();
            one += (first ? 1 : 0) + (second ? 1 : 0);
            both += first && second ? 1 : 0;
        }
        double rate = one / (MANY / 2.0);
        double covariance = both / (MANY / 4.0) - rate * rate;

        assertEquals(0.85, rate, 0.002);
        assertEquals(0.2, covariance / (rate * (1 - rate)), 0.02);
    }

    @Test
    void units_that_ask_fifty_times_ask_fifty_times() {
        SimulatedCallers callers = SimulatedCallers.sessions(50, 1).apply(random);
        SimulatedUnit first = callers.next();
        SimulatedUnit second = first;
        while (second == first) {
            second = callers.next();
        }
        for (int request = 1; request < 50; request++) {
            assertTrue(callers.next() == second);
        }
        assertFalse(callers.next() == second);
    }

    @Test
    void a_percentile_is_that_of_the_latencies() {
        assertEquals(20 * Math.exp(0.3 * 1.6448536), Arm.SOUND.percentile95(), 1e-5);
        assertEquals(Arm.SOUND.percentile95() + 10, Arm.SOUND.slowerAt95(10).percentile95(), 1e-9);
        Arm heavy = Arm.SOUND.withLatency(20, 1, 0.005);
        assertEquals(0.95, heavy.shareBelow(Math.log(heavy.percentile95())), 1e-9);
    }
}
