package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.List;
import java.util.stream.Stream;

/** Treatments that break a limit from the beginning: each has to be found, for the right reason. */
final class BrokenWorlds {

    private static final String ROWS_OF_TREATMENT = "treatment's requests";

    private BrokenWorlds() {}

    static List<Scenario> all() {
        return Stream.of(agreement(), latency(), failures(), split())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> agreement() {
        return List.of(
                Scenario.of("agreement 80%", "80% where 85% is the limit, in shadow", disagrees())
                        .shadow()
                        .with(Conditions.SAME.agreeing(0.80))
                        .lasting(20_000, 10)
                        .within(1_500)
                        .atBest(Yardstick.rate(0.20, 0.15)),
                Scenario.of(
                                "agreement 70%, without a shadow",
                                "a spoilt model, fast and sure of itself, in a split of 10% that nothing came before",
                                Expectation.Broken.always(
                                        GuardrailMetric.AGREEMENT, SimulatedTraffic::requests, "requests"))
                        .with(Conditions.SAME.agreeing(0.70))
                        .lasting(20_000, 100)
                        .atBest(Yardstick.rate(0.30, 0.15).per(0.1)));
    }

    private static Expectation disagrees() {
        return Expectation.Broken.always(GuardrailMetric.AGREEMENT, SimulatedTraffic::requests, "pairs");
    }

    private static Expectation broken(GuardrailMetric metric) {
        return Expectation.Broken.always(metric, SimulatedTraffic::treatmentRequests, ROWS_OF_TREATMENT);
    }

    private static List<Scenario> latency() {
        Arm light = Arm.SOUND.withLatency(61, 0.3, 0);
        Arm heavy = Arm.SOUND.withLatency(20, 1, 0.005);
        return List.of(
                slower("P95 +20%", "P95 of 100 ms becomes 120, limit 10 ms more, split 50%", light)
                        .lasting(60_000, 300)
                        .within(2_100),
                slower(
                                "P95 +20%, heavy tails",
                                "the same, with log-normal latencies of spread 1, one in 200 twenty times as long",
                                heavy)
                        .lasting(400_000, 1_000)
                        .within(25_000),
                slower(
                                "P95 +20%, an edit each 2,000 requests",
                                "the same as P95 +20%, and each 2,000 requests a person edits the experiment", light)
                        .steered(Edits::new)
                        .lasting(60_000, 500));
    }

    private static Scenario slower(String name, String story, Arm control) {
        double limit = Math.log(control.percentile95() + 10);
        return Scenario.of(name, story, broken(GuardrailMetric.P95_LATENCY_DELTA_MS))
                .split(0.5)
                .with(Conditions.SAME.control(control).treatment(control.slower(1.2)))
                .atBest(Yardstick.rate(1 - control.slower(1.2).shareBelow(limit), 0.05));
    }

    private static List<Scenario> failures() {
        return List.of(
                crashing("2% crashes", "treatment fails 2% of its requests, control 0.1%; split 10%", 0.02)
                        .within(600),
                crashing("5% crashes", "treatment fails 5% of its requests, control 0.1%; split 10%", 0.05),
                crashing("2% crashes, split 50%", "the same as 2% crashes at a split of 50%", 0.02)
                        .split(0.5)
                        .lasting(20_000, 10),
                crashing("2% crashes, shadow", "the same in shadow", 0.02)
                        .shadow()
                        .lasting(20_000, 10));
    }

    private static Scenario crashing(String name, String story, double rate) {
        return Scenario.of(name, story, broken(GuardrailMetric.ERROR_RATE_DELTA))
                .with(Conditions.SAME.treatment(Arm.SOUND.failing(rate)))
                .lasting(100_000, 50)
                .atBest(Yardstick.rate(rate, 0.011));
    }

    private static List<Scenario> split() {
        return List.of(
                Scenario.of(
                                "lost rows",
                                "a tenth of treatment's rows never arrives; split 50%",
                                Expectation.Broken.late(
                                        GuardrailMetric.SPLIT_DEVIATION, 0, SimulatedTraffic::requests, "requests"))
                        .split(0.5)
                        .with(Conditions.SAME.treatment(Arm.SOUND.losing(0.1)))
                        .lasting(100_000, 300),
                Scenario.of(
                                "callers choose unit ids",
                                "all callers choose ids that the hash assigns to treatment; no row gets lost; split 10%",
                                new Expectation.AtLimit())
                        .asked(random -> SimulatedCallers.choosing(random)));
    }
}
