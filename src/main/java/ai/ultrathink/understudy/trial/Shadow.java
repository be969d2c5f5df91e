package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.guard.Permit;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;

/** Both models run at once; the caller gets control's answer when control has it and never waits for treatment. */
final class Shadow implements ServingMode {

    private static final Outcome.Rejected SHED = new Outcome.Rejected("shed: the replica is at capacity");

    private final Admission admission;

    Shadow(Admission admission) {
        this.admission = admission;
    }

    @Override
    public Uni<ServingResult> run(PredictionContext context) {
        return Uni.createFrom().deferred(() -> {
            if (context.experiment().running() && !admission.roomForShadow()) {
                return context.askControl().map(control -> ServingResult.done(Group.SHADOW, control, SHED, null));
            }
            return switch (context.leave()) {
                case TreatmentAccess.Withheld withheld ->
                    context.askControl()
                            .map(control -> ServingResult.done(Group.SHADOW, control, null, withheld.why()));
                case TreatmentAccess.Granted granted -> both(context, granted.permit());
            };
        });
    }

    private static Uni<ServingResult> both(PredictionContext context, Permit permit) {
        // memoized, because each is started here and heard later
        Uni<Outcome> control = context.askControl().memoize().indefinitely();
        Uni<Outcome> treatment = context.askTreatment(permit, context.treatmentDeadline())
                .memoize()
                .indefinitely();
        control.subscribe().with(outcome -> {});
        treatment.subscribe().with(outcome -> {});
        return control.map(
                outcome -> ServingResult.shadowed(outcome, new BackgroundCall(Variant.TREATMENT, treatment)));
    }
}
