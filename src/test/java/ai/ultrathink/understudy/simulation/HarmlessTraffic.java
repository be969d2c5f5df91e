package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.ShadowStagePlan;
import java.time.Duration;
import java.util.List;

/** Treatments that keep every limit, however the traffic behaves: none may be rolled back. */
final class HarmlessTraffic {

    private static final Expectation HARMLESS = new Expectation.Harmless();

    private HarmlessTraffic() {}

    static List<Scenario> all() {
        return List.of(
                sameInSplit(),
                sameInShadow(),
                heavyTails(),
                atTheLimitsInShadow(),
                atTheLimitsInSplit(),
                driftOfBoth(),
                spike(),
                accounts(),
                fewAccounts(),
                alternating(),
                ramp());
    }

    private static Scenario sameInSplit() {
        return Scenario.of("A/A, split", "both models are one, split 10%", HARMLESS)
                .times(2_000);
    }

    private static Scenario sameInShadow() {
        return Scenario.of("A/A, shadow", "both models behave alike, agreement 95%", HARMLESS)
                .shadow();
    }

    private static Scenario heavyTails() {
        return Scenario.of(
                        "A/A, heavy tails",
                        "latencies of spread 1, one in 200 twenty times as long, in both arms; split 50%",
                        HARMLESS)
                .split(0.5)
                .with(Conditions.SAME.both(Arm.SOUND.withLatency(20, 1, 0.005)));
    }

    private static Scenario atTheLimitsInShadow() {
        return Scenario.of(
                        "at the limits, shadow",
                        "agreement exactly 85%, confidence exactly 0.1 lower, P95 exactly 10 ms higher, failures as often",
                        HARMLESS)
                .shadow()
                .with(Conditions.SAME
                        .agreeing(0.85)
                        .treatment(Arm.SOUND.confident(0.5).slower(shiftOf95th(10))))
                .times(1_000);
    }

    private static Scenario atTheLimitsInSplit() {
        Arm arm = Arm.SOUND.failing(0.01);
        return Scenario.of(
                        "at the limits, split",
                        "confidence exactly 0.1 lower, P95 exactly 10 ms higher, 1% of both fail, split 50%",
                        HARMLESS)
                .split(0.5)
                .with(Conditions.SAME.control(arm).treatment(arm.confident(0.5).slower(shiftOf95th(10))));
    }

    private static Scenario driftOfBoth() {
        return Scenario.of(
                        "slow drift of both",
                        "over the run both arms get three times as slow, fail 20 times as often and lose 0.2 of confidence",
                        HARMLESS)
                .with(request -> {
                    double part = request / 100_000.0;
                    return Conditions.SAME.both(Arm.SOUND
                            .slower(1 + 2 * part)
                            .failing(0.001 * (1 + 19 * part))
                            .confident(0.6 - 0.2 * part));
                });
    }

    private static Scenario spike() {
        return Scenario.of(
                        "a spike", "for 2,000 requests both arms fail half of them and are ten times as slow", HARMLESS)
                .with(request -> request >= 30_000 && request < 32_000
                        ? Conditions.SAME.both(Arm.SOUND.slower(10).failing(0.5))
                        : Conditions.SAME)
                .times(1_000);
    }

    private static Scenario accounts() {
        return Scenario.of(
                        "autocorrelated requests",
                        "20,000 accounts, a few of which ask most, and which differ in how often they fail, how long they take and how"
                                + " sure the models are; four fifths of the spread of latencies is weather that lasts for thousands of"
                                + " requests; split 10%",
                        HARMLESS)
                .asked(new SimulatedCallers(20_000, 0.7, 0.8));
    }

    private static Scenario fewAccounts() {
        return Scenario.of(
                        "200 accounts",
                        "the same with 200 accounts, one of which asks a sixth of all and may draw treatment",
                        HARMLESS)
                .asked(new SimulatedCallers(200, 0.7, 0.8));
    }

    private static Scenario alternating() {
        Arm night = Arm.SOUND.slower(3).failing(0.03).confident(0.45);
        return Scenario.of(
                        "alternating traffic",
                        "each 5,000 requests the traffic changes between an easy and a hard kind, and somebody sets the split to 10% and"
                                + " 50%",
                        HARMLESS)
                .steered(() -> Steering.by(request -> request / 5_000 % 2 == 0 ? 0.1 : 0.5))
                .with(request -> request / 5_000 % 2 == 0 ? Conditions.SAME : Conditions.SAME.both(night));
    }

    private static Scenario ramp() {
        RampPlan plan = new RampPlan(
                RampPlan.USUAL.steps(),
                RampPlan.USUAL.hold(),
                RampPlan.USUAL.minimumSamples(),
                Approval.AUTO,
                ShadowStagePlan.atLeast(Duration.ofHours(1)));
        return Scenario.of(
                        "a ramp that should finish",
                        "an hour of shadow, then the usual steps of an hour and 1,000 requests of treatment at least; both models are one,"
                                + " five requests a second",
                        new Expectation.Finish())
                .steered(() -> new RampSteering(plan))
                .lasting(1_000_000, 1_000)
                .times(400);
    }

    /** By which a sound arm must be slower for its 95th percentile to be that much higher. */
    private static double shiftOf95th(double millis) {
        double p95 = Arm.SOUND.medianMillis() * Math.exp(1.6448536269514722 * Arm.SOUND.spread());
        return (p95 + millis) / p95;
    }
}
