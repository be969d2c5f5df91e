package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.List;

/** Treatments that cross a limit: each has to be found, for the right reason. */
final class HarmfulTraffic {

    private HarmfulTraffic() {}

    static List<Scenario> all() {
        return List.of(
                lessAgreement(),
                driftOfTreatment(),
                slowerTail(),
                slowerHeavyTail(),
                crashes(),
                crashesInShadow(),
                crashesLate(),
                disagreementInSplit(),
                slowLate(),
                unsureLate(),
                lostRows());
    }

    private static Scenario lessAgreement() {
        return Scenario.of(
                        "agreement 80%",
                        "80% where 85% is the limit, in shadow",
                        new Expectation.Rollback(GuardrailMetric.AGREEMENT, 0, SimulatedTraffic::requests, "pairs"))
                .shadow()
                .with(Conditions.SAME.agreeing(0.80))
                .lasting(20_000, 10)
                .within(1_500);
    }

    private static Scenario driftOfTreatment() {
        return Scenario.of(
                        "slow drift of treatment",
                        "agreement falls from 95% to 75% in 20,000 pairs; it passes 85% after 10,000, its mean after 20,000",
                        new Expectation.Rollback(
                                GuardrailMetric.AGREEMENT, 10_000, SimulatedTraffic::requests, "pairs"))
                .shadow()
                .with(request -> Conditions.SAME.agreeing(Math.max(0.75, 0.95 - 0.2 * request / 20_000)));
    }

    private static Scenario slowerTail() {
        Arm control = Arm.SOUND.withLatency(61, 0.3, 0);
        return Scenario.of(
                        "P95 +20%",
                        "P95 of 100 ms becomes 120, limit 10 ms more, split 50%",
                        new Expectation.Rollback(
                                GuardrailMetric.P95_LATENCY_DELTA_MS,
                                0,
                                SimulatedTraffic::treatmentRequests,
                                "treatment's requests"))
                .split(0.5)
                .with(Conditions.SAME.control(control).treatment(control.slower(1.2)));
    }

    private static Scenario slowerHeavyTail() {
        Arm control = Arm.SOUND.withLatency(20, 1, 0.005);
        return Scenario.of(
                        "P95 +20%, heavy tails",
                        "the same, with log-normal latencies of spread 1, one in 200 twenty times as long",
                        new Expectation.Rollback(
                                GuardrailMetric.P95_LATENCY_DELTA_MS,
                                0,
                                SimulatedTraffic::treatmentRequests,
                                "treatment's requests"))
                .split(0.5)
                .with(Conditions.SAME.control(control).treatment(control.slower(1.2)))
                .lasting(400_000, 1_000);
    }

    private static Scenario crashes() {
        return Scenario.of(
                        "2% crashes",
                        "treatment fails 2% of its requests, control 0.1%; split 10%",
                        new Expectation.Rollback(
                                GuardrailMetric.ERROR_RATE_DELTA,
                                0,
                                SimulatedTraffic::treatmentRequests,
                                "treatment's requests"))
                .with(Conditions.SAME.treatment(Arm.SOUND.failing(0.02)))
                .lasting(100_000, 10)
                .within(400);
    }

    private static Scenario crashesInShadow() {
        return Scenario.of(
                        "2% crashes, shadow",
                        "the same in shadow",
                        new Expectation.Rollback(
                                GuardrailMetric.ERROR_RATE_DELTA, 0, SimulatedTraffic::requests, "requests"))
                .shadow()
                .with(Conditions.SAME.treatment(Arm.SOUND.failing(0.02)))
                .lasting(20_000, 10);
    }

    private static Scenario crashesLate() {
        return Scenario.of(
                        "2% crashes at the last step",
                        "20,000 sound requests at 10%, then all to treatment, which fails 2%: there is no control beside it",
                        new Expectation.Rollback(
                                GuardrailMetric.ERROR_RATE_DELTA,
                                20_000,
                                traffic -> traffic.requests() - 20_000,
                                "requests at 100%"))
                .steered(() -> Steering.by(request -> request < 20_000 ? 0.1 : 1.0))
                .with(request ->
                        request < 20_000 ? Conditions.SAME : Conditions.SAME.treatment(Arm.SOUND.failing(0.02)))
                .lasting(60_000, 100);
    }

    private static Scenario disagreementInSplit() {
        return Scenario.of(
                        "agreement 70%, no rehearsal",
                        "a spoilt model, fast and sure of itself, in a split of 10% that nothing came before",
                        new Expectation.Rollback(GuardrailMetric.AGREEMENT, 0, SimulatedTraffic::requests, "requests"))
                .with(Conditions.SAME.agreeing(0.70))
                .lasting(20_000, 100);
    }

    private static Scenario slowLate() {
        return late(
                "50 times as slow at the last step",
                "20,000 sound requests at 10%, then all to treatment, which is 50 times as slow",
                GuardrailMetric.P95_LATENCY_DELTA_MS,
                Arm.SOUND.slower(50));
    }

    private static Scenario unsureLate() {
        return late(
                "unsure at the last step",
                "the same, and its confidence falls from 0.60 to 0.35",
                GuardrailMetric.CONFIDENCE_DELTA,
                Arm.SOUND.confident(0.35));
    }

    private static Scenario late(String name, String story, GuardrailMetric metric, Arm treatment) {
        return Scenario.of(
                        name,
                        story,
                        new Expectation.Rollback(
                                metric, 20_000, traffic -> traffic.requests() - 20_000, "requests at 100%"))
                .steered(() -> Steering.by(request -> request < 20_000 ? 0.1 : 1.0))
                .with(request -> request < 20_000 ? Conditions.SAME : Conditions.SAME.treatment(treatment))
                .lasting(60_000, 100);
    }

    private static Scenario lostRows() {
        return Scenario.of(
                        "lost rows",
                        "a tenth of treatment's rows never arrives; split 50%",
                        new Expectation.Rollback(
                                GuardrailMetric.SPLIT_DEVIATION, 0, SimulatedTraffic::requests, "requests"))
                .split(0.5)
                .with(Conditions.SAME.treatment(Arm.SOUND.losing(0.1)));
    }
}
