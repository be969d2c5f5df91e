package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.RampPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The rehearsal, or one of the plan's steps, while its clock runs. */
sealed interface Stage extends Advancing permits Rehearsing, Holding {

    /** When it began; later by as long as it was paused. */
    Instant since();

    /** The test's generation that began it. */
    long generation();

    /** The number of its step; 0 for the rehearsal. */
    int number();

    /** How long it lasts at least. */
    Duration length(RampPlan plan);

    /** The test as this stage has it. */
    Experiment appliedTo(Experiment experiment, RampPlan plan);

    /** Whether a generation is of this stage, and not of a person's who changed the test in between. */
    boolean has(GenerationEvidence shown, RampPlan plan);

    @Override
    Stage later(Duration by);

    /**
     * What comes after this stage, whatever the evidence says.
     *
     * @param generation the test's, with the next stage
     */
    RampState next(RampPlan plan, Instant now, long generation);

    @Override
    default Stage stage() {
        return this;
    }

    /** Whether a test is as this stage has it. */
    default boolean heldBy(Experiment experiment, RampPlan plan) {
        return experiment.running() && appliedTo(experiment, plan).equals(experiment);
    }

    /** Requests that treatment got in this stage. */
    default long samples(List<GenerationEvidence> evidence, RampPlan plan) {
        return evidence.stream()
                .filter(shown -> shown.generation() >= generation() && has(shown, plan))
                .mapToLong(shown -> shown.stored().treatment() + shown.stored().shadow())
                .sum();
    }

    /** How long it has lasted. Clocks of replicas may differ a little. */
    default Duration held(Instant now) {
        Duration held = Duration.between(since(), now);
        return held.isNegative() ? Duration.ZERO : held;
    }

    /**
     * What follows from the evidence: the next stage, a person's turn, or the end. This one when it has not lasted long enough,
     * when treatment has had too few requests, or when not every limit is shown to be kept.
     *
     * @param generation the test's, if the next stage begins
     */
    default RampState judged(RampPlan plan, StageProgress progress, Instant now, long generation) {
        boolean over = held(now).compareTo(length(plan)) >= 0 && progress.samples() >= plan.minimumSamples();
        if (!over || !progress.clear()) {
            return this;
        }
        boolean last = number() == plan.steps().size();
        return plan.approval() == Approval.AUTO || last ? next(plan, now, generation) : new AwaitingApproval(this, now);
    }
}
