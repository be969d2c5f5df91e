package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.call.ControlCall;
import ai.ultrathink.understudy.trial.call.TreatmentCall;
import ai.ultrathink.understudy.trial.call.TreatmentRequest;
import ai.ultrathink.understudy.trial.exposure.BackgroundCall;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.smallrye.mutiny.Uni;

/** Both models run at once; the caller gets control's answer when it is there and never waits for the treatment. */
final class Shadow implements ServingMode {

    private static final Outcome.Rejected SHED = new Outcome.Rejected("shed: the replica is at capacity");

    private final ControlCall control;
    private final TreatmentCall treatment;
    private final Admission admission;

    Shadow(ControlCall control, TreatmentCall treatment, Admission admission) {
        this.control = control;
        this.treatment = treatment;
        this.admission = admission;
    }

    @Override
    public Uni<ServingResult> run(Exposure exposure) {
        return Uni.createFrom().deferred(() -> {
            if (exposure.experiment().running() && !admission.roomForShadow()) {
                return control.ask(exposure).map(outcome -> ServingResult.done(Group.SHADOW, outcome, SHED, null));
            }
            return switch (treatment.ask(TreatmentRequest.of(exposure))) {
                case TreatmentCall.Withheld withheld ->
                    control.ask(exposure)
                            .map(outcome -> ServingResult.done(Group.SHADOW, outcome, null, withheld.why()));
                case TreatmentCall.Granted granted -> both(control.ask(exposure), granted.call());
            };
        });
    }

    private static Uni<ServingResult> both(Uni<Outcome> askControl, Uni<CallResult> askTreatment) {
        // memoized, because each is started here and heard later
        Uni<Outcome> control = askControl.memoize().indefinitely();
        Uni<CallResult> treatment = askTreatment.memoize().indefinitely();
        control.subscribe().with(outcome -> {});
        treatment.subscribe().with(result -> {});
        return control.map(
                outcome -> ServingResult.shadowed(outcome, new BackgroundCall(Variant.TREATMENT, treatment)));
    }
}
