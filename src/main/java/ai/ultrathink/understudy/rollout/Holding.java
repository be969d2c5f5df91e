package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import java.time.Duration;
import java.time.Instant;

/**
 * The split is that of a step.
 *
 * @param number the step's, from 1
 */
record Holding(int number, Instant since, long generation) implements Stage {

    static final String NAME = "holding";

    @Override
    public String wireName() {
        return NAME;
    }

    @Override
    public Duration length(RampPlan plan) {
        return plan.hold(number);
    }

    @Override
    public Experiment appliedTo(Experiment experiment, RampPlan plan) {
        return experiment.withMode(Mode.TRAFFIC_SPLIT).withSplit(plan.split(number));
    }

    @Override
    public boolean has(GenerationEvidence shown, RampPlan plan) {
        Double configured = shown.configuredSplit();
        return configured != null && configured == plan.split(number).fraction();
    }

    @Override
    public Holding later(Duration by) {
        return new Holding(number, since.plus(by), generation);
    }

    @Override
    public RampState next(RampPlan plan, Instant now, long nextGeneration) {
        return number < plan.steps().size() ? new Holding(number + 1, now, nextGeneration) : new Finished(this, now);
    }
}
