package ai.ultrathink.understudy.simulation;

import java.util.List;

/** Treatments that fail more often than control, by the limit or less, at several rates and splits. */
final class LimitFailures {

    private LimitFailures() {}

    static List<Scenario> all() {
        return List.of(
                failing("failures 0.1% → 1.1%, shadow", "exactly at the limit", 0.001, 0.010)
                        .shadow(),
                failing("failures 0.1% → 1.1%, split 10%", "exactly at the limit", 0.001, 0.010),
                failing("failures 0.1% → 1.1%, split 50%", "exactly at the limit", 0.001, 0.010)
                        .split(0.5),
                failing("failures 1% → 2%, split 10%", "exactly at the limit", 0.01, 0.010),
                failing("failures 1% → 2%, split 50%", "exactly at the limit", 0.01, 0.010)
                        .split(0.5),
                failing("failures 5% → 6%, split 50%", "exactly at the limit", 0.05, 0.010)
                        .split(0.5),
                RampWorlds.planned(failing("failures 0.1% → 1.1%, planned ramp", "exactly at the limit", 0.001, 0.010)),
                RampWorlds.planned(failing("failures 1% → 2%, planned ramp", "exactly at the limit", 0.01, 0.010)),
                ramp("failures +0.4 points, ramp", 0.004),
                ramp("failures +0.8 points, ramp", 0.008));
    }

    private static Scenario ramp(String name, double more) {
        return RampWorlds.usual(failing(
                        name, "control fails 0.1%; within the limit; the usual ramp, automatically", 0.001, more))
                .lasting(300_000, 2_000);
    }

    private static Scenario failing(String name, String story, double control, double more) {
        return Scenario.of(name, story, more < 0.01 ? new Expectation.Kept() : new Expectation.AtLimit())
                .with(Conditions.SAME.control(Arm.SOUND.failing(control)).treatment(Arm.SOUND.failing(control + more)))
                .times(more < 0.01 ? 400 : 1_000);
    }
}
