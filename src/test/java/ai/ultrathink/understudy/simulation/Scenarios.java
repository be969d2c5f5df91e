package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.Measure;
import java.util.List;

/** All scenarios, in the order of the table. */
final class Scenarios {

    private static final Expectation HARMLESS = new Expectation.Harmless();

    private Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                sameInSplit(),
                sameInShadow(),
                atTheLimitsInShadow(),
                atTheLimitsInSplit(),
                lessAgreement(),
                slowerTail(),
                slowerHeavyTail(),
                heavyTails(),
                crashes(),
                crashesInShadow(),
                crashesLate(),
                lostRows(),
                driftOfBoth(),
                driftOfTreatment(),
                spike(),
                accounts(),
                alternating(),
                noTraffic(),
                littleTraffic());
    }

    private static Scenario sameInSplit() {
        return Scenario.of("A/A, split", "both models are one, split 10%", HARMLESS)
                .times(2_000);
    }

    private static Scenario sameInShadow() {
        return Scenario.of("A/A, shadow", "both models behave alike, agreement 95%", HARMLESS)
                .shadow();
    }

    private static Scenario atTheLimitsInShadow() {
        return Scenario.of(
                        "at the limits, shadow",
                        "agreement exactly 85%, confidence exactly 0.1 lower, P95 exactly 10 ms higher, failures as often",
                        HARMLESS)
                .shadow()
                .with(Conditions.SAME
                        .agreeing(0.85)
                        .treatment(Arm.SOUND.confident(0.5).slower(shiftOf95th(10))));
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

    /** By which a sound arm must be slower for its 95th percentile to be that much higher. */
    private static double shiftOf95th(double millis) {
        double p95 = Arm.SOUND.medianMillis() * Math.exp(1.6448536269514722 * Arm.SOUND.spread());
        return (p95 + millis) / p95;
    }

    private static Scenario lessAgreement() {
        return Scenario.of(
                        "agreement 80%",
                        "80% where 85% is the limit, in shadow",
                        new Expectation.Rollback(Measure.AGREEMENT, 0, Traffic::requests, "pairs"))
                .shadow()
                .with(Conditions.SAME.agreeing(0.80))
                .lasting(20_000, 10)
                .within(1_500);
    }

    private static Scenario slowerTail() {
        Arm control = Arm.SOUND.withLatency(61, 0.3, 0);
        return Scenario.of(
                        "P95 +20%",
                        "P95 of 100 ms becomes 120, limit 10 ms more, split 50%",
                        new Expectation.Rollback(
                                Measure.P95_LATENCY_DELTA_MS, 0, Traffic::treatmentRequests, "treatment's requests"))
                .split(0.5)
                .with(Conditions.SAME.control(control).treatment(control.slower(1.2)));
    }

    private static Scenario slowerHeavyTail() {
        Arm control = Arm.SOUND.withLatency(20, 1, 0.005);
        return Scenario.of(
                        "P95 +20%, heavy tails",
                        "the same, with log-normal latencies of spread 1, one in 200 twenty times as long",
                        new Expectation.Rollback(
                                Measure.P95_LATENCY_DELTA_MS, 0, Traffic::treatmentRequests, "treatment's requests"))
                .split(0.5)
                .with(Conditions.SAME.control(control).treatment(control.slower(1.2)));
    }

    private static Scenario heavyTails() {
        return Scenario.of(
                        "A/A, heavy tails",
                        "latencies of spread 1, one in 200 twenty times as long, in both arms; split 50%",
                        HARMLESS)
                .split(0.5)
                .with(Conditions.SAME.both(Arm.SOUND.withLatency(20, 1, 0.005)));
    }

    private static Scenario crashes() {
        return Scenario.of(
                        "2% crashes",
                        "treatment fails 2% of its requests, control 0.1%; split 10%",
                        new Expectation.Rollback(
                                Measure.ERROR_RATE_DELTA, 0, Traffic::treatmentRequests, "treatment's requests"))
                .with(Conditions.SAME.treatment(Arm.SOUND.failing(0.02)))
                .lasting(100_000, 10)
                .within(400);
    }

    private static Scenario crashesInShadow() {
        return Scenario.of(
                        "2% crashes, shadow",
                        "the same in shadow",
                        new Expectation.Rollback(Measure.ERROR_RATE_DELTA, 0, Traffic::requests, "requests"))
                .shadow()
                .with(Conditions.SAME.treatment(Arm.SOUND.failing(0.02)))
                .lasting(20_000, 10);
    }

    private static Scenario crashesLate() {
        return Scenario.of(
                        "2% crashes at the last step",
                        "20,000 sound requests at 10%, then all to treatment, which fails 2%: there is no control beside it",
                        new Expectation.Rollback(
                                Measure.ERROR_RATE_DELTA,
                                20_000,
                                traffic -> traffic.requests() - 20_000,
                                "requests at 100%"))
                .steered(() -> Steering.by(request -> request < 20_000 ? 0.1 : 1.0))
                .with(request ->
                        request < 20_000 ? Conditions.SAME : Conditions.SAME.treatment(Arm.SOUND.failing(0.02)))
                .lasting(60_000, 100);
    }

    private static Scenario lostRows() {
        return Scenario.of(
                        "lost rows",
                        "a tenth of treatment's rows never arrives; split 50%",
                        new Expectation.Rollback(Measure.SPLIT_DEVIATION, 0, Traffic::requests, "requests"))
                .split(0.5)
                .with(Conditions.SAME.treatment(Arm.SOUND.losing(0.1)));
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

    private static Scenario driftOfTreatment() {
        return Scenario.of(
                        "slow drift of treatment",
                        "agreement falls from 95% to 75% in 20,000 pairs; it passes 85% after 10,000, its mean after 20,000",
                        new Expectation.Rollback(Measure.AGREEMENT, 10_000, Traffic::requests, "pairs"))
                .shadow()
                .with(request -> Conditions.SAME.agreeing(Math.max(0.75, 0.95 - 0.2 * request / 20_000)));
    }

    private static Scenario spike() {
        return Scenario.of(
                        "a spike", "for 2,000 requests both arms fail half of them and are ten times as slow", HARMLESS)
                .with(request -> request >= 30_000 && request < 32_000
                        ? Conditions.SAME.both(Arm.SOUND.slower(10).failing(0.5))
                        : Conditions.SAME);
    }

    private static Scenario accounts() {
        return Scenario.of(
                        "autocorrelated requests",
                        "20,000 accounts, a few of which ask most; four fifths of the spread of latencies is weather that lasts for"
                                + " thousands of requests; split 10%",
                        HARMLESS)
                .asked(new Callers(20_000, 0.8));
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

    private static Scenario noTraffic() {
        return Scenario.of("no traffic", "looked at 1,000 times, and nobody asks", new Expectation.Silence())
                .looked(1_000, look -> 0)
                .times(100);
    }

    private static Scenario littleTraffic() {
        return Scenario.of(
                        "99 requests",
                        "no two answers agree, treatment fails every second request; then nobody asks any more",
                        new Expectation.Silence())
                .shadow()
                .with(Conditions.SAME
                        .agreeing(0)
                        .treatment(Arm.SOUND.failing(0.5).confident(0.1)))
                .looked(1_000, look -> look < 99 ? 1 : 0);
    }
}
