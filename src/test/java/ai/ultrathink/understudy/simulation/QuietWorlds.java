package ai.ultrathink.understudy.simulation;

import java.util.List;

/** Too little to decide anything. */
final class QuietWorlds {

    private QuietWorlds() {}

    static List<Scenario> all() {
        return List.of(noTraffic(), littleTraffic());
    }

    private static Scenario noTraffic() {
        return Scenario.of("no traffic", "looked at 1,000 times, without a request", new Expectation.Silence())
                .looked(1_000, look -> 0);
    }

    private static Scenario littleTraffic() {
        return Scenario.of(
                        "99 requests",
                        "no two answers agree, and treatment is unsure; then no more requests come",
                        new Expectation.Silence())
                .shadow()
                .with(Conditions.SAME.agreeing(0).treatment(Arm.SOUND.confident(0.1)))
                .looked(1_000, look -> look < 99 ? 1 : 0);
    }
}
