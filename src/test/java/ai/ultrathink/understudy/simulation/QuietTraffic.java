package ai.ultrathink.understudy.simulation;

import java.util.List;

/** Too little to decide anything. */
final class QuietTraffic {

    private QuietTraffic() {}

    static List<Scenario> all() {
        return List.of(noTraffic(), littleTraffic());
    }

    private static Scenario noTraffic() {
        return Scenario.of("no traffic", "looked at 1,000 times, and nobody asks", new Expectation.Silence())
                .looked(1_000, look -> 0);
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
