package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.ShadowStagePlan;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Experiments whose split rises, and how ramps of sound treatments end. */
final class RampWorlds {

    /** What {@link #planned} does, for a story. */
    static final String PLANNED = "an hour of shadow, then 5, 10, 25, 50 and 100%, an hour each, set by a person";

    private static final long HOUR = 18_000;
    private static final double[] STEPS = {0.05, 0.10, 0.25, 0.50, 1.00};

    private static final RampPlan USUAL = new RampPlan(
            RampPlan.USUAL.steps(),
            RampPlan.USUAL.hold(),
            RampPlan.USUAL.minimumSamples(),
            Approval.AUTO,
            ShadowStagePlan.atLeast(Duration.ofHours(1)));

    private RampWorlds() {}

    static List<Scenario> all() {
        return List.of(sound(), fiftyUnits());
    }

    /** The service's own ramp: an hour of shadow, then the usual steps, each while the verdict is "promote". */
    static Scenario usual(Scenario scenario) {
        return scenario.steered(() -> new RampSteering(USUAL));
    }

    /** A person raises the split as a ramp would, whatever the service says. */
    static Scenario planned(Scenario scenario) {
        return scenario.steered(() -> Steering.by(RampWorlds::step)).lasting(6 * HOUR, 1_200);
    }

    private static @Nullable Double step(long request) {
        int hour = (int) (request / HOUR);
        return hour == 0 ? null : (Double) STEPS[Math.min(hour, STEPS.length) - 1];
    }

    private static Scenario sound() {
        return usual(Scenario.of(
                        "a ramp that should finish",
                        "an hour of shadow, then the usual steps of an hour and 1,000 requests of treatment at least; both models are one",
                        new Expectation.Finish()))
                .lasting(1_000_000, 2_000)
                .times(400);
    }

    private static Scenario fiftyUnits() {
        return usual(Scenario.of(
                        "a ramp with 50 units",
                        "the same with 50 accounts that ask equally often",
                        new Expectation.Finish()))
                .asked(SimulatedCallers.alike(50))
                .lasting(500_000, 2_000)
                .times(400);
    }
}
