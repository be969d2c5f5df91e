package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.LastEvent;
import ai.ultrathink.understudy.evidence.LastEvaluation;
import ai.ultrathink.understudy.experiment.Experiment;
import org.jspecify.annotations.Nullable;

/**
 * How things stand with an experiment, as far as it is known without evaluating it.
 *
 * @param evaluation the newest one that was kept
 * @param ramp null if it never had one
 * @param replicas how many are alive
 * @param inStep how many of them have it as this one has it
 * @param attention why it needs a person, or null
 */
public record ExperimentGlance(
        Experiment experiment,
        @Nullable LastEvaluation evaluation,
        @Nullable RampGlance ramp,
        @Nullable LastEvent event,
        int replicas,
        int inStep,
        @Nullable Attention attention) {}
