package ai.ultrathink.understudy.simulation;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.rollout.SimulatedRamp;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A ramp sets the split, on a clock by which requests come at a constant rate. */
final class RampSteering implements Steering {

    /** An hour is 18,000 requests. */
    private static final double REQUESTS_A_SECOND = 5;

    private static final Instant BEGIN = Instant.parse("2026-11-24T12:00:00Z");

    private final SimulatedRamp ramp;

    RampSteering(RampPlan plan) {
        this.ramp = new SimulatedRamp(
                new Experiment(
                        "simulated",
                        "control",
                        "treatment",
                        new Split(0),
                        Mode.SHADOW,
                        true,
                        false,
                        "",
                        BEGIN,
                        1,
                        null,
                        null,
                        Scenario.GUARDRAILS),
                plan,
                BEGIN);
    }

    @Override
    public @Nullable Double start() {
        return split();
    }

    private @Nullable Double split() {
        return ramp.experiment().shadow()
                ? null
                : (Double) ramp.experiment().split().fraction();
    }

    @Override
    public void steer(SimulatedTraffic traffic, EvaluationInput evidence, Verdict verdict) {
        // a ramp moves on no other verdict
        if (verdict == Verdict.PROMOTE) {
            ramp.look(evidence, BEGIN.plus(Duration.ofMillis((long) (1_000 * traffic.requests() / REQUESTS_A_SECOND))));
            traffic.configure(split());
        }
    }

    @Override
    public boolean finished() {
        return ramp.finished();
    }
}
