package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/**
 * One model runs: the one that the unit drew. Where treatment does not answer control does, early enough that the caller still
 * gets an answer in time, and the row stays treatment's.
 *
 * <p>Of a sample the other model is asked as well, to compare the two. That begins when the caller's answer is there, so it can
 * neither change nor delay it.
 */
final class TrafficSplit implements Strategy {

    private final Hedging hedging;
    private final Admission admission;

    TrafficSplit(Hedging hedging, Admission admission) {
        this.hedging = hedging;
        this.admission = admission;
    }

    @Override
    public Uni<Performance> run(Turn turn) {
        if (turn.assigned() == Group.CONTROL) {
            return turn.askControl().map(control -> besideTreatment(turn, control));
        }
        return Uni.createFrom().deferred(() -> switch (turn.leave()) {
            case Leave.Withheld withheld ->
                turn.askControl()
                        .map(control -> Performance.done(Group.TREATMENT, control, null, withheld.why()))
                        .map(performance -> turn.drawnForPair() ? performance.in(Pairing.WITHHELD) : performance);
            case Leave.Granted granted -> treated(turn, granted.permit());
        });
    }

    private Performance besideTreatment(Turn turn, Outcome control) {
        Performance performance = Performance.done(Group.CONTROL, control, null, null);
        Pairing plan = plan(turn);
        if (plan != Pairing.PAIRED) {
            return plan == null ? performance : performance.in(plan);
        }
        return switch (turn.leave()) {
            case Leave.Withheld withheld -> performance.in(Pairing.WITHHELD);
            case Leave.Granted granted ->
                performance.beside(
                        new Second(Variant.TREATMENT, turn.askTreatment(granted.permit(), turn.treatmentDeadline())));
        };
    }

    /** Made before the treatment is asked: were it made after, load would leave out the answers and keep the failures. */
    private @Nullable Pairing plan(Turn turn) {
        if (!turn.drawnForPair()) {
            return null;
        }
        return admission.roomForShadow() ? Pairing.PAIRED : Pairing.SHED;
    }

    private Uni<Performance> treated(Turn turn, Permit permit) {
        Pairing plan = plan(turn);
        Hedge control = hedging.hedge(turn);
        return hedging.timed(turn.test().treatmentModel(), turn.askTreatment(permit, turn.callersPatience()))
                .chain(treatment -> switch (treatment) {
                    case Outcome.Answered answered -> Uni.createFrom().item(besideControl(turn, answered, plan));
                    case Outcome.Failure failure ->
                        control.needed().map(outcome -> insteadOfTreatment(turn, outcome, failure, plan));
                })
                .onTermination()
                .invoke(control::end);
    }

    private static Performance besideControl(Turn turn, Outcome.Answered answered, @Nullable Pairing plan) {
        Performance performance = Performance.done(Group.TREATMENT, null, answered, null);
        if (plan == null) {
            return performance;
        }
        return plan == Pairing.PAIRED
                ? performance.beside(new Second(Variant.CONTROL, turn.askControlAgain()))
                : performance.in(plan);
    }

    /** Both have run, and there is nothing more to ask. */
    private static Performance insteadOfTreatment(
            Turn turn, Outcome control, Outcome.Failure failure, @Nullable Pairing plan) {
        Performance performance = Performance.done(Group.TREATMENT, control, failure, turn.why(failure));
        if (plan == null) {
            return performance;
        }
        boolean ran = !(failure instanceof Outcome.Rejected) && !(control instanceof Outcome.Rejected);
        return performance.in(plan == Pairing.PAIRED && !ran ? Pairing.SHED : plan);
    }
}
