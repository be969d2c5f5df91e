package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Case;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Standing;
import java.time.Instant;
import java.util.Objects;

/** A test with a ramp, to which is done what the watch would do, on a clock of one's own and without a database. */
public final class SimulatedRamp {

    private Standing standing;

    /** At its first stage. */
    public SimulatedRamp(Experiment test, RampPlan plan, Instant now) {
        Ramp ramp = Ramp.begun(plan, now, test.generation());
        this.standing = new Standing(ramp.state().stage().appliedTo(test, plan), ramp.stored());
    }

    /** As it is configured now. */
    public Experiment test() {
        return standing.test();
    }

    /** Whether the last step has held. */
    public boolean finished() {
        return Ramp.of(Objects.requireNonNull(standing.ramp())).state() instanceof Finished;
    }

    /** The evidence is looked at. */
    public void look(Case evidence, Instant now) {
        new Remedies(Dossier.on(evidence), standing, now).due(standing).ifPresent(rule -> {
            if (rule.apply(standing) instanceof Change.To change) {
                long generation = standing.generationOf(change.test());
                standing = new Standing(change.test().withGeneration(generation), change.ramp());
            }
        });
    }
}
