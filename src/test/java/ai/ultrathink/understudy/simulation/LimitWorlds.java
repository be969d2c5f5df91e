package ai.ultrathink.understudy.simulation;

import java.util.List;
import java.util.stream.Stream;

/**
 * Treatments that reach one limit exactly, or nearly, with independent requests: the hardest that must not be rolled back, and the
 * hardest that must not be promoted.
 */
final class LimitWorlds {

    private static final Expectation AT_LIMIT = new Expectation.AtLimit();
    private static final Expectation KEPT = new Expectation.Kept();
    private static final String EXACTLY = "exactly at the limit";

    private LimitWorlds() {}

    static List<Scenario> all() {
        return Stream.of(agreement(), latency(), confidence(), LimitFailures.all(), split(), together())
                .flatMap(List::stream)
                .toList();
    }

    private static Scenario of(String name, String story, Conditions conditions) {
        return Scenario.of(name, story, AT_LIMIT).with(conditions);
    }

    private static List<Scenario> agreement() {
        Conditions least = Conditions.SAME.agreeing(0.85);
        return List.of(
                of("agreement 85%, shadow", EXACTLY, least).shadow(),
                RampWorlds.planned(of("agreement 85%, planned ramp", EXACTLY + "; " + RampWorlds.PLANNED, least)));
    }

    private static List<Scenario> latency() {
        Conditions light = Conditions.SAME.treatment(Arm.SOUND.slowerAt95(10));
        Arm heavy = Arm.SOUND.withLatency(20, 1, 0.005);
        return List.of(
                of("P95 +10 ms, shadow", EXACTLY, light).shadow(),
                of("P95 +10 ms, split", EXACTLY + "; split 50%", light).split(0.5),
                of(
                                "P95 +10 ms, heavy tails",
                                "the same, with log-normal latencies of spread 1, one in 200 twenty times as long",
                                Conditions.SAME.control(heavy).treatment(heavy.slowerAt95(10)))
                        .split(0.5),
                RampWorlds.planned(of("P95 +10 ms, planned ramp", EXACTLY, light)));
    }

    private static List<Scenario> confidence() {
        Conditions less = Conditions.SAME.treatment(Arm.SOUND.confident(0.5));
        Conditions more = Conditions.SAME.treatment(Arm.SOUND.confident(0.7));
        return List.of(
                of("confidence −0.1, shadow", EXACTLY, less).shadow(),
                of("confidence +0.1, split", EXACTLY + "; split 10%", more),
                RampWorlds.planned(of("confidence −0.1, planned ramp", EXACTLY, less)));
    }

    private static List<Scenario> split() {
        return List.of(
                losing("split −2.0 points", EXACTLY + ", as rows of treatment get lost; split 50%", KEPT, -0.02)
                        .split(0.5),
                losing("split −1.5 points", "within the limit; split 50%", KEPT, -0.015)
                        .split(0.5),
                losing(
                                "split −0.5 points, then a new split",
                                "within the limit; after 300,000 requests a person sets 20% instead of 50%",
                                KEPT,
                                -0.005)
                        .steered(() -> Steering.by(request -> request < 300_000 ? 0.5 : 0.2))
                        .looked(250, look -> look < 100 ? 3_000 : 100));
    }

    /** At a split of 50% rows of treatment get lost, so that its share is that much less. */
    private static Scenario losing(String name, String story, Expectation expectation, double points) {
        double share = 0.5 + points;
        return Scenario.of(name, story, expectation)
                .with(Conditions.SAME.treatment(Arm.SOUND.losing(1 - share / (1 - share))));
    }

    private static List<Scenario> together() {
        Conditions all = Conditions.SAME
                .agreeing(0.85)
                .control(Arm.SOUND.failing(0.01))
                .treatment(Arm.SOUND.failing(0.02).confident(0.5).slowerAt95(10));
        return List.of(
                of(
                                "four limits at once, shadow",
                                "agreement, P95, confidence and failures, each exactly at the limit",
                                all)
                        .shadow(),
                RampWorlds.planned(of("four limits at once, planned ramp", "the same", all)));
    }
}
