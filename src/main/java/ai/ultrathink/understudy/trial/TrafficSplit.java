package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;

/**
 * One model runs: the one that the unit drew. Where treatment does not answer control does, early enough that the caller still
 * gets an answer in time, and the row stays treatment's.
 */
final class TrafficSplit implements Strategy {

    private final Hedging hedging;

    TrafficSplit(Hedging hedging) {
        this.hedging = hedging;
    }

    @Override
    public Uni<Performance> run(Turn turn) {
        if (turn.assigned() == Group.CONTROL) {
            return turn.askControl().map(control -> Performance.done(Group.CONTROL, control, null, null));
        }
        return Uni.createFrom().deferred(() -> switch (turn.leave()) {
            case Leave.Withheld withheld ->
                turn.askControl().map(control -> Performance.done(Group.TREATMENT, control, null, withheld.why()));
            case Leave.Granted granted -> treated(turn, granted.permit());
        });
    }

    private Uni<Performance> treated(Turn turn, Permit permit) {
        Hedge control = hedging.hedge(turn);
        return hedging.timed(turn.test().treatmentModel(), turn.askTreatment(permit, turn.callersPatience()))
                .chain(treatment -> switch (treatment) {
                    case Outcome.Answered answered ->
                        Uni.createFrom().item(Performance.done(Group.TREATMENT, null, answered, null));
                    case Outcome.Failure failure ->
                        control.needed()
                                .map(outcome -> Performance.done(Group.TREATMENT, outcome, failure, turn.why(failure)));
                })
                .onTermination()
                .invoke(control::end);
    }
}
