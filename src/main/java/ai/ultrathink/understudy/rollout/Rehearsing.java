package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import java.time.Duration;
import java.time.Instant;

/** Before the first step: the test is a shadow, until agreement and the other limits of a shadow are shown to be kept. */
record Rehearsing(Instant since, long generation) implements Stage {

    static final String NAME = "rehearsing";

    @Override
    public String wireName() {
        return NAME;
    }

    @Override
    public int number() {
        return 0;
    }

    @Override
    public Duration length(RampPlan plan) {
        return plan.rehearsal().least();
    }

    @Override
    public Experiment appliedTo(Experiment experiment, RampPlan plan) {
        return experiment.withMode(Mode.SHADOW);
    }

    @Override
    public boolean has(GenerationEvidence shown, RampPlan plan) {
        return shown.configuredSplit() == null;
    }

    @Override
    public Rehearsing later(Duration by) {
        return new Rehearsing(since.plus(by), generation);
    }

    @Override
    public Holding next(RampPlan plan, Instant now, long nextGeneration) {
        return new Holding(1, now, nextGeneration);
    }
}
