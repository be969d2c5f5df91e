package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Requests that depend on each other, in each of the ways that real ones do, at a limit or near it. */
final class DependentWorlds {

    private static final Expectation KEPT = new Expectation.Kept();
    private static final Expectation AT_LIMIT = new Expectation.AtLimit();

    private DependentWorlds() {}

    static List<Scenario> all() {
        return Stream.of(slowSpells(), regimes(), units(), List.of(waves(), badAccount()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> slowSpells() {
        return Stream.concat(
                        IntStream.of(100, 500, 2_000).mapToObj(DependentWorlds::slowSpells),
                        Stream.of(slowSpellsAtTheLimit()))
                .toList();
    }

    private static Scenario slowSpellsAtTheLimit() {
        SlowSpells spells = spells(500, new Random(0));
        double usual = spells.percentile95(Arm.SOUND);
        return Scenario.of(
                        "P95 +10 ms in slow spells of 500",
                        "the same, and treatment's P95 over all times is exactly at the limit",
                        AT_LIMIT)
                .split(0.5)
                .with(Conditions.SAME.treatment(Arm.SOUND.slower((usual + 10) / usual)))
                .depending(random -> spells(500, random));
    }

    private static SlowSpells spells(int length, RandomGenerator random) {
        return new SlowSpells(3, 0.04, length, random);
    }

    private static Scenario slowSpells(int length) {
        return Scenario.of(
                        "own slow spells of %,d".formatted(length),
                        "A/A; each model is three times as slow for 4%% of the requests, at times of its own that last %,d; split 50%%"
                                .formatted(length),
                        KEPT)
                .split(0.5)
                .depending(random -> spells(length, random));
    }

    private static List<Scenario> regimes() {
        return Stream.of(0.90, 0.85, 0.84, 0.80)
                .flatMap(mean -> IntStream.of(100, 500).mapToObj(length -> regimes(mean, length)))
                .toList();
    }

    private static Scenario regimes(double mean, int length) {
        Expectation expectation = mean > 0.85
                ? KEPT
                : mean == 0.85
                        ? AT_LIMIT
                        : Expectation.Broken.always(GuardrailMetric.AGREEMENT, SimulatedTraffic::requests, "pairs")
                                .unsought();
        return Scenario.of(
                        "agreement %.0f%% in spells of %d".formatted(100 * mean, length),
                        "97%% in good and 60%% in bad times, which last %d pairs; shadow".formatted(length),
                        expectation)
                .shadow()
                .depending(random -> new AgreementRegimes(mean, length, random));
    }

    private static List<Scenario> units() {
        return List.of(
                unitsOf50("units of 50 pairs", "one unit after the other", 1),
                unitsOf50("units of 50 pairs, mixed", "20 units at a time", 20),
                differentConfidence(20),
                differentConfidence(50));
    }

    private static Scenario unitsOf50(String name, String order, int atOnce) {
        return Scenario.of(
                        name,
                        "agreement exactly 85%, correlated by 0.2 within each unit; " + order + "; shadow",
                        AT_LIMIT)
                .shadow()
                .with(Conditions.SAME.agreeing(0.85))
                .asked(SimulatedCallers.sessions(50, atOnce))
                .depending(random -> UnitDifferences.inAgreement(0.2));
    }

    private static Scenario differentConfidence(int units) {
        return Scenario.of(
                        units + " units of different confidence",
                        "A/A; the mean confidences of units differ by 0.15 (standard deviation); split 10%",
                        KEPT)
                .asked(SimulatedCallers.alike(units))
                .depending(random -> UnitDifferences.inConfidence(0.15));
    }

    private static Scenario waves() {
        return Scenario.of(
                        "confidence in waves",
                        "0.1 lower, exactly at the limit; the differences of pairs are correlated by 0.9 with the next; shadow",
                        AT_LIMIT)
                .shadow()
                .with(Conditions.SAME.treatment(Arm.SOUND.confident(0.5)))
                .depending(random -> Waves.ofConfidence(0.9, random));
    }

    private static Scenario badAccount() {
        return Scenario.of(
                        "one bad account",
                        "A/A; one account has 2% of the requests, 30% of which fail with either model; split 50%",
                        KEPT)
                .split(0.5)
                .asked(SimulatedCallers.oneAccount(0.02))
                .depending(random -> UnitDifferences.badAccount(0.3));
    }
}
