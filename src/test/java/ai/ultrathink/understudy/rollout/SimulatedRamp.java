package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import java.time.Instant;
import java.util.Objects;

/** A test with a ramp, to which is done what the watch would do, on a clock of one's own and without a database. */
public final class SimulatedRamp {

    private LockedExperiment locked;

    /** At its first stage. */
    public SimulatedRamp(Experiment experiment, RampPlan plan, Instant now) {
        Ramp ramp = Ramp.begun(plan, now, experiment.generation());
        this.locked = new LockedExperiment(ramp.state().stage().appliedTo(experiment, plan), ramp.stored());
    }

    /** As it is configured now. */
    public Experiment experiment() {
        return locked.experiment();
    }

    /** Whether the last step has held. */
    public boolean finished() {
        return Ramp.of(Objects.requireNonNull(locked.ramp())).state() instanceof Finished;
    }

    /** The evidence is looked at. */
    public void look(EvaluationInput evidence, Instant now) {
        new RolloutActions(DecisionRecord.on(evidence), locked, now).due(locked).ifPresent(rule -> {
            if (rule.apply(locked) instanceof Change.To change) {
                long generation = locked.generationOf(change.experiment());
                locked = new LockedExperiment(change.experiment().withGeneration(generation), change.ramp());
            }
        });
    }
}
