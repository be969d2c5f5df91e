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
final class TrafficSplit implements ServingMode {

    private final Hedging hedging;
    private final Admission admission;

    TrafficSplit(Hedging hedging, Admission admission) {
        this.hedging = hedging;
        this.admission = admission;
    }

    @Override
    public Uni<ServingResult> run(PredictionContext context) {
        if (context.assigned() == Group.CONTROL) {
            return context.askControl().map(control -> besideTreatment(context, control));
        }
        return Uni.createFrom().deferred(() -> switch (context.leave()) {
            case TreatmentAccess.Withheld withheld ->
                context.askControl()
                        .map(control -> ServingResult.done(Group.TREATMENT, control, null, withheld.why()))
                        .map(result -> context.drawnForPair() ? result.in(Pairing.WITHHELD) : result);
            case TreatmentAccess.Granted granted -> treated(context, granted.permit());
        });
    }

    private ServingResult besideTreatment(PredictionContext context, Outcome control) {
        ServingResult result = ServingResult.done(Group.CONTROL, control, null, null);
        Pairing plan = plan(context);
        if (plan != Pairing.PAIRED) {
            return plan == null ? result : result.in(plan);
        }
        return switch (context.leave()) {
            case TreatmentAccess.Withheld withheld -> result.in(Pairing.WITHHELD);
            case TreatmentAccess.Granted granted ->
                result.beside(new BackgroundCall(
                        Variant.TREATMENT, context.askTreatment(granted.permit(), context.treatmentDeadline())));
        };
    }

    /** Made before the treatment is asked: were it made after, load would leave out the answers and keep the failures. */
    private @Nullable Pairing plan(PredictionContext context) {
        if (!context.drawnForPair()) {
            return null;
        }
        return admission.roomForShadow() ? Pairing.PAIRED : Pairing.SHED;
    }

    private Uni<ServingResult> treated(PredictionContext context, Permit permit) {
        Pairing plan = plan(context);
        Hedge control = hedging.hedge(context);
        return hedging.timed(
                        context.experiment().treatmentModel(), context.askTreatment(permit, context.callersPatience()))
                .chain(treatment -> switch (treatment) {
                    case Outcome.Answered answered -> Uni.createFrom().item(besideControl(context, answered, plan));
                    case Outcome.Failure failure ->
                        control.needed().map(outcome -> insteadOfTreatment(context, outcome, failure, plan));
                })
                .onTermination()
                .invoke(control::end);
    }

    private static ServingResult besideControl(
            PredictionContext context, Outcome.Answered answered, @Nullable Pairing plan) {
        ServingResult result = ServingResult.done(Group.TREATMENT, null, answered, null);
        if (plan == null) {
            return result;
        }
        return plan == Pairing.PAIRED
                ? result.beside(new BackgroundCall(Variant.CONTROL, context.askControlAgain()))
                : result.in(plan);
    }

    /** Both have run, and there is nothing more to ask. */
    private static ServingResult insteadOfTreatment(
            PredictionContext context, Outcome control, Outcome.Failure failure, @Nullable Pairing plan) {
        ServingResult result = ServingResult.done(Group.TREATMENT, control, failure, context.why(failure));
        if (plan == null) {
            return result;
        }
        boolean ran = !(failure instanceof Outcome.Rejected) && !(control instanceof Outcome.Rejected);
        return result.in(plan == Pairing.PAIRED && !ran ? Pairing.SHED : plan);
    }
}
