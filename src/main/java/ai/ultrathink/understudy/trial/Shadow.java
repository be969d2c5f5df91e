package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;

/** Both models run at once; the caller gets control's answer when control has it and never waits for treatment. */
final class Shadow implements Strategy {

    private static final Outcome.Rejected SHED = new Outcome.Rejected("shed: the replica is at capacity");

    private final Admission admission;

    Shadow(Admission admission) {
        this.admission = admission;
    }

    @Override
    public Uni<Performance> run(Turn turn) {
        return Uni.createFrom().deferred(() -> {
            if (turn.test().running() && !admission.roomForShadow()) {
                return turn.askControl().map(control -> Performance.done(Group.SHADOW, control, SHED, null));
            }
            return switch (turn.leave()) {
                case Leave.Withheld withheld ->
                    turn.askControl().map(control -> Performance.done(Group.SHADOW, control, null, withheld.why()));
                case Leave.Granted granted -> both(turn, granted.permit());
            };
        });
    }

    private static Uni<Performance> both(Turn turn, Permit permit) {
        // memoized, because each is started here and heard later
        Uni<Outcome> control = turn.askControl().memoize().indefinitely();
        Uni<Outcome> treatment =
                turn.askTreatment(permit, turn.treatmentDeadline()).memoize().indefinitely();
        control.subscribe().with(outcome -> {});
        treatment.subscribe().with(outcome -> {});
        return control.map(outcome -> Performance.shadowed(outcome, new Second(Variant.TREATMENT, treatment)));
    }
}
