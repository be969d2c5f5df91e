package ai.ultrathink.understudy.simulation;

import java.util.List;

/** Treatments that keep every limit by far, however the traffic behaves: none may be rolled back. */
final class SoundWorlds {

    private static final Expectation KEPT = new Expectation.Kept();

    private SoundWorlds() {}

    static List<Scenario> all() {
        return List.of(
                sameInSplit(),
                sameInShadow(),
                heavyTails(),
                driftOfBoth(),
                spike(),
                accounts(),
                fewAccounts(),
                alternating(),
                slowPassesOfBoth(),
                outage(),
                overload());
    }

    private static Scenario sameInSplit() {
        return Scenario.of("A/A, split", "both models are one, split 10%", KEPT).times(1_000);
    }

    private static Scenario sameInShadow() {
        return Scenario.of("A/A, shadow", "both models behave alike, agreement 95%", KEPT)
                .shadow();
    }

    private static Scenario heavyTails() {
        return Scenario.of(
                        "A/A, heavy tails",
                        "latencies of spread 1, one in 200 twenty times as long, in both; split 50%",
                        KEPT)
                .split(0.5)
                .with(Conditions.SAME.both(Arm.SOUND.withLatency(20, 1, 0.005)));
    }

    private static Scenario driftOfBoth() {
        return Scenario.of(
                        "slow drift of both",
                        "over the run both models get three times as slow, fail 20 times as often and lose 0.2 of confidence",
                        KEPT)
                .with(request -> {
                    double part = request / 60_000.0;
                    return Conditions.SAME.both(Arm.SOUND
                            .slower(1 + 2 * part)
                            .failing(0.001 * (1 + 19 * part))
                            .confident(0.6 - 0.2 * part));
                });
    }

    private static Scenario spike() {
        return Scenario.of(
                        "a spike", "for 2,000 requests both models fail half of them and are ten times as slow", KEPT)
                .with(request -> request >= 20_000 && request < 22_000
                        ? Conditions.SAME.both(Arm.SOUND.slower(10).failing(0.5))
                        : Conditions.SAME);
    }

    private static Scenario accounts() {
        return Scenario.of(
                        "20,000 accounts",
                        "a few of them ask most; they differ in how often they fail, how long they take and how sure the models are; four"
                                + " fifths of the spread of latencies is weather that lasts for thousands of requests; split 10%",
                        KEPT)
                .asked(SimulatedCallers.accounts(20_000))
                .depending(random -> UnitDifferences.inAll(0.7).and(Waves.weather(0.8, 0.9995, random)));
    }

    private static Scenario fewAccounts() {
        return Scenario.of(
                        "200 accounts",
                        "the same with 200 accounts, one of which asks a sixth of all and may get treatment",
                        KEPT)
                .asked(SimulatedCallers.accounts(200))
                .depending(random -> UnitDifferences.inAll(0.7).and(Waves.weather(0.8, 0.9995, random)));
    }

    private static Scenario alternating() {
        Arm night = Arm.SOUND.slower(3).failing(0.03).confident(0.45);
        return Scenario.of(
                        "alternating traffic",
                        "each 5,000 requests the traffic changes between an easy and a hard kind, and a person sets the split to 10%"
                                + " and 50%",
                        KEPT)
                .steered(() -> Steering.by(request -> request / 5_000 % 2 == 0 ? 0.1 : 0.5))
                .with(request -> request / 5_000 % 2 == 0 ? Conditions.SAME : Conditions.SAME.both(night));
    }

    private static Scenario slowPassesOfBoth() {
        return Scenario.of(
                        "slow passes of both",
                        "4% of the passes of both models take about 350 ms; treatment's deadline is 200 ms, and control's is later; split"
                                + " 50%",
                        KEPT)
                .split(0.5)
                .with(Conditions.SAME
                        .both(Arm.SOUND.withLatency(17.5, 0.1, 0.04))
                        .within(200));
    }

    private static Scenario outage() {
        return Scenario.of(
                        "the database is away",
                        "for 75 s, the last 45 of which the replica is fenced, at 18 requests a second; meanwhile both models are twice as"
                                + " slow and fail 5%; split 50%",
                        KEPT)
                .split(0.5)
                .fenced(18, new World.Span(10_350, 11_160))
                .with(request -> request >= 9_810 && request < 11_160
                        ? Conditions.SAME.both(Arm.SOUND.slower(2).failing(0.05))
                        : Conditions.SAME)
                .lasting(40_000, 100);
    }

    private static Scenario overload() {
        return Scenario.of(
                        "overload",
                        "for 10,000 requests a third of the passes of both models is late; treatment's guard is open for all but the first"
                                + " 300 of them; split 50%",
                        KEPT)
                .split(0.5)
                .with(SoundWorlds::overloaded);
    }

    private static Conditions overloaded(long request) {
        if (request < 20_000 || request >= 30_000) {
            return Conditions.SAME.within(200);
        }
        Conditions hard =
                Conditions.SAME.both(Arm.SOUND.withLatency(20, 0.3, 0.33)).within(200);
        return request < 20_300 ? hard : hard.guarded();
    }
}
