package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.List;

/** Treatments that keep every limit for long and then break one. */
final class LateWorlds {

    private static final long BEGIN = 20_000;

    private LateWorlds() {}

    static List<Scenario> all() {
        return List.of(
                lateDisagreement(),
                drift(),
                lateFailures(),
                reload(),
                lastStep(
                        "2% crashes at the last step",
                        "20,000 sound requests at 10%, then all to treatment, which fails 2%",
                        GuardrailMetric.ERROR_RATE_DELTA,
                        Arm.SOUND.failing(0.02)),
                lastStep(
                        "50 times as slow at the last step",
                        "the same, and treatment is 50 times as slow",
                        GuardrailMetric.P95_LATENCY_DELTA_MS,
                        Arm.SOUND.slower(50)),
                lastStep(
                        "unsure at the last step",
                        "the same, and treatment's confidence falls from 0.60 to 0.35",
                        GuardrailMetric.CONFIDENCE_DELTA,
                        Arm.SOUND.confident(0.35)));
    }

    private static Expectation.Broken pairsAfter(long begin) {
        return Expectation.Broken.late(
                GuardrailMetric.AGREEMENT, begin, traffic -> traffic.requests() - begin, "pairs since then");
    }

    private static Scenario lateDisagreement() {
        return Scenario.of(
                        "late disagreement", "agreement is 95% for 10,000 pairs, then 75%; shadow", pairsAfter(10_000))
                .shadow()
                .with(request -> Conditions.SAME.agreeing(request < 10_000 ? 0.95 : 0.75))
                .looked(900, look -> look < 100 ? 100 : 50)
                .within(700)
                .atBest(Yardstick.rate(0.25, 0.15));
    }

    private static Scenario drift() {
        return Scenario.of(
                        "slow drift of treatment",
                        "agreement falls from 95% to 75% in 20,000 pairs; it passes 85% after 10,000, its mean after 20,000; shadow",
                        pairsAfter(10_000))
                .shadow()
                .with(request -> Conditions.SAME.agreeing(Math.max(0.75, 0.95 - 0.2 * request / 20_000)))
                .lasting(60_000, 100);
    }

    private static Scenario lateFailures() {
        return Scenario.of(
                        "late failures",
                        "treatment fails 0.1% for 20,000 requests, then 3%; control always 0.1%; split 50%",
                        Expectation.Broken.late(
                                GuardrailMetric.ERROR_RATE_DELTA,
                                BEGIN,
                                traffic -> (traffic.requests() - BEGIN) / 2,
                                "treatment's requests since then"))
                .split(0.5)
                .with(request -> Conditions.SAME.treatment(Arm.SOUND.failing(request < BEGIN ? 0.001 : 0.03)))
                .lasting(60_000, 100)
                .atBest(Yardstick.rate(0.03, 0.011));
    }

    private static Scenario reload() {
        return Scenario.of(
                        "another version by reload",
                        "agreement is 95% for 3,000 pairs; then a reload brings a version that agrees in 75%; shadow",
                        pairsAfter(3_000).inexcusably())
                .shadow()
                .with(request -> request < 3_000
                        ? Conditions.SAME
                        : Conditions.SAME.agreeing(0.75).reloaded(2))
                .lasting(20_000, 50)
                .atBest(Yardstick.rate(0.25, 0.15));
    }

    private static Scenario lastStep(String name, String story, GuardrailMetric metric, Arm treatment) {
        return Scenario.of(
                        name,
                        story,
                        Expectation.Broken.late(
                                metric, BEGIN, traffic -> traffic.requests() - BEGIN, "requests at 100%"))
                .steered(() -> Steering.by(request -> request < BEGIN ? 0.1 : 1.0))
                .with(request -> request < BEGIN ? Conditions.SAME : Conditions.SAME.treatment(treatment))
                .lasting(60_000, 200)
                .times(400);
    }
}
