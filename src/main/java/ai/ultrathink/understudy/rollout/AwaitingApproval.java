package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.RampPlan;
import java.time.Duration;
import java.time.Instant;

/**
 * A stage has come to its end, and a person has to say that the next may begin.
 *
 * @param since when it came to its end
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
     * The next stage; this one when the evidence no longer says that every limit is kept.
     *
     * @param generation the test's, with the next stage
     */
    RampState approve(RampPlan plan, StageProgress progress, Instant now, long generation) {
        return progress.clear() ? stage.next(plan, now, generation) : this;
    }
}
