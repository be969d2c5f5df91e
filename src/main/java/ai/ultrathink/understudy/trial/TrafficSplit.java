package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Assignment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** One model runs: the one that the unit drew. Where treatment fails, control answers and the row stays treatment's. */
final class TrafficSplit implements Strategy {

    @Override
    public Uni<Performance> run(Turn turn) {
        Variant drawn = Assignment.assign(
                turn.test().testId(), turn.request().unitId(), turn.test().split());
        if (drawn == Variant.CONTROL) {
            return turn.askControl().map(control -> Performance.done(Group.CONTROL, control, null, null));
        }
        if (!turn.test().running()) {
            return fallBack(turn, null, Fallback.TEST_DISABLED);
        }
        return turn.askTreatment().chain(treatment -> switch (treatment) {
            case Outcome.Answered answered ->
                Uni.createFrom().item(Performance.done(Group.TREATMENT, null, answered, null));
            case Outcome.Failure failure -> fallBack(turn, failure, Fallback.of(failure));
        });
    }

    private static Uni<Performance> fallBack(Turn turn, @Nullable Outcome treatment, Fallback why) {
        return turn.askControl().map(control -> Performance.done(Group.TREATMENT, control, treatment, why));
    }
}
