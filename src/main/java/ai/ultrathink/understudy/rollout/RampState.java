package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The state of a ramp. Immutable: the methods of the records are the only transitions, and are told the time.
 * A state that has ended has none.
 */
sealed interface RampState {

    /** The name in JSON. */
    String wireName();

    /** The stage that the ramp is in, or was in when it ended. */
    Stage stage();

    /**
     * The same, whose stage is one of the plan.
     *
     * @throws IllegalArgumentException when it is not
     */
    default RampState within(RampPlan plan) {
        int number = stage().number();
        if (number < 0 || number > plan.steps().size()) {
            throw new IllegalArgumentException(
                    "it is at step " + number + " of " + plan.steps().size());
        }
        return this;
    }

    /** A ramp that has not ended. */
    sealed interface Active extends RampState {

        /** Ends the ramp. */
        default Aborted abort(String why, Instant now) {
            return new Aborted(stage(), now, why);
        }
    }

    /** A ramp that continues by itself, or as soon as a person approves. */
    sealed interface Advancing extends Active {

        /** Pauses the ramp and stops its clock. */
        default Paused pause(String why, Instant now) {
            return new Paused(this, now, why);
        }

        /** The same state, with a later beginning. */
        Advancing later(Duration by);
    }

    /** The shadow stage, or one of the plan's steps, while its clock runs. */
    sealed interface Stage extends Advancing {

        /** When it began, plus the time that it was paused. */
        Instant since();

        /** The experiment's generation at its beginning. */
        long generation();

        /** The number of its step; 0 for the shadow stage. */
        int number();

        /** The minimum time of the stage. */
        Duration length(RampPlan plan);

        /** The experiment with this stage's mode and split. */
        Experiment appliedTo(Experiment experiment, RampPlan plan);

        /** Whether a generation belongs to this stage, and not to a manual change in between. */
        boolean has(GenerationEvidence shown, RampPlan plan);

        @Override
        Stage later(Duration by);

        /**
         * The state after this stage, without regard to the evidence.
         *
         * @param generation the experiment's generation in the next stage
         */
        RampState next(RampPlan plan, Instant now, long generation);

        @Override
        default Stage stage() {
            return this;
        }

        /** Whether an experiment has this stage's mode and split. */
        default boolean heldBy(Experiment experiment, RampPlan plan) {
            return experiment.running() && appliedTo(experiment, plan).equals(experiment);
        }

        /** Requests that treatment got in this stage. */
        default long samples(List<GenerationEvidence> evidence, RampPlan plan) {
            return evidence.stream()
                    .filter(shown -> shown.generation() >= generation() && has(shown, plan))
                    .mapToLong(
                            shown -> shown.stored().treatment() + shown.stored().shadow())
                    .sum();
        }

        /** How long the stage has lasted. The clocks of replicas may differ slightly. */
        default Duration held(Instant now) {
            Duration held = Duration.between(since(), now);
            return held.isNegative() ? Duration.ZERO : held;
        }

        /**
         * The state that follows from the evidence: the next stage, waiting for approval, or the end. It is this stage
         * if it has not lasted long enough, if treatment had too few requests, or if the evidence does not show that
         * every limit is kept.
         *
         * @param generation the experiment's generation if the next stage begins
         */
        default RampState evaluated(RampPlan plan, StageProgress progress, Instant now, long generation) {
            boolean over = held(now).compareTo(length(plan)) >= 0 && progress.samples() >= plan.minimumSamples();
            if (!over || !progress.clear()) {
                return this;
            }
            boolean last = number() == plan.steps().size();
            return plan.approval() == Approval.AUTO || last
                    ? next(plan, now, generation)
                    : new AwaitingApproval(this, now);
        }
    }

    /**
     * The shadow stage before the first step: it lasts until the evidence shows that agreement and the other limits of
     * a shadow are kept.
     */
    record ShadowStage(Instant since, long generation) implements Stage {

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
            return plan.shadowStage().least();
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
        public ShadowStage later(Duration by) {
            return new ShadowStage(since.plus(by), generation);
        }

        @Override
        public Holding next(RampPlan plan, Instant now, long nextGeneration) {
            return new Holding(1, now, nextGeneration);
        }
    }

    /**
     * A step: the split is the step's.
     *
     * @param number the number of the step, from 1
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
            return number < plan.steps().size()
                    ? new Holding(number + 1, now, nextGeneration)
                    : new Finished(this, now);
        }
    }

    /**
     * A stage has ended, and a person has to approve the next.
     *
     * @param since when the stage ended
     */
    record AwaitingApproval(Stage stage, Instant since) implements Advancing {

        static final String NAME = "awaiting_approval";

        @Override
        public String wireName() {
            return NAME;
        }

        @Override
        public AwaitingApproval later(Duration by) {
            return new AwaitingApproval(stage.later(by), since.plus(by));
        }

        /**
         * The next stage; this state if the evidence no longer shows that every limit is kept.
         *
         * @param generation the experiment's generation in the next stage
         */
        RampState approve(RampPlan plan, StageProgress progress, Instant now, long generation) {
            return progress.clear() ? stage.next(plan, now, generation) : this;
        }
    }

    /** The experiment does not change, and the clock is stopped. */
    record Paused(Advancing before, Instant since, String why) implements Active {

        static final String NAME = "paused";

        @Override
        public String wireName() {
            return NAME;
        }

        @Override
        public Stage stage() {
            return before.stage();
        }

        /** Continues where it stopped. The time before the pause counts, the pause does not. */
        Advancing resume(Instant now) {
            Duration pause = Duration.between(since, now);
            return pause.isNegative() ? before : before.later(pause);
        }
    }

    /** The last step has ended. The experiment keeps its split; a person decides about the promotion. */
    record Finished(Stage stage, Instant since) implements RampState {

        static final String NAME = "finished";

        @Override
        public String wireName() {
            return NAME;
        }
    }

    /**
     * The ramp ended early.
     *
     * @param stage the stage in which it ended
     */
    record Aborted(Stage stage, Instant since, String why) implements RampState {

        static final String NAME = "aborted";

        @Override
        public String wireName() {
            return NAME;
        }
    }
}
