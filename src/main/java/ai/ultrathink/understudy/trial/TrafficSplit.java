package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Pairs;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.trial.call.ControlCall;
import ai.ultrathink.understudy.trial.call.TreatmentCall;
import ai.ultrathink.understudy.trial.call.TreatmentRequest;
import ai.ultrathink.understudy.trial.exposure.BackgroundCall;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/**
 * One model runs: the one that the unit drew. Where the treatment fails control answers, and the row stays the treatment's.
 *
 * <p>For a sample of the requests the other model is asked as well, to compare the two. That begins when the caller's answer is
 * there, so it can neither change nor delay it.
 */
final class TrafficSplit implements ServingMode {

    private final ControlCall control;
    private final TreatmentCall forCaller;
    private final TreatmentCall inPairs;
    private final Admission admission;

    TrafficSplit(ControlCall control, TreatmentCall forCaller, TreatmentCall inPairs, Admission admission) {
        this.control = control;
        this.forCaller = forCaller;
        this.inPairs = inPairs;
        this.admission = admission;
    }

    @Override
    public Uni<ServingResult> run(Exposure exposure) {
        return exposure.assigned() == Group.CONTROL
                ? control.ask(exposure).map(outcome -> ofControl(exposure, outcome))
                : Uni.createFrom().deferred(() -> ofTreatment(exposure));
    }

    private ServingResult ofControl(Exposure exposure, Outcome outcome) {
        ServingResult result = ServingResult.done(Group.CONTROL, outcome, null, null);
        Pairing plan = plan(exposure);
        if (plan == null || plan == Pairing.SHED) {
            return in(plan, result);
        }
        return switch (inPairs.ask(TreatmentRequest.of(exposure))) {
            case TreatmentCall.Withheld withheld -> result.in(Pairing.WITHHELD);
            case TreatmentCall.Granted granted -> result.beside(new BackgroundCall(Variant.TREATMENT, granted.call()));
        };
    }

    private Uni<ServingResult> ofTreatment(Exposure exposure) {
        return switch (forCaller.ask(TreatmentRequest.of(exposure))) {
            case TreatmentCall.Withheld withheld ->
                control.ask(exposure).map(outcome -> withheld(exposure, outcome, withheld.why()));
            case TreatmentCall.Granted granted -> {
                // before the treatment is asked: otherwise load would leave out the answers and keep the failures
                Pairing plan = plan(exposure);
                yield granted.call().map(treatment -> treated(exposure, treatment, plan));
            }
        };
    }

    private static ServingResult withheld(Exposure exposure, Outcome outcome, Fallback why) {
        ServingResult result = ServingResult.done(Group.TREATMENT, outcome, null, why);
        return drawnForPair(exposure) ? result.in(Pairing.WITHHELD) : result;
    }

    private ServingResult treated(Exposure exposure, CallResult treatment, @Nullable Pairing plan) {
        ServingResult result =
                ServingResult.done(Group.TREATMENT, treatment.control(), treatment.outcome(), treatment.fallback());
        if (plan != Pairing.PAIRED) {
            return in(plan, result);
        }
        if (treatment.outcome() instanceof Outcome.Answered) {
            Uni<CallResult> second = control.askInBackground(exposure).map(CallResult::of);
            return result.beside(new BackgroundCall(Variant.CONTROL, second));
        }
        // control has answered for the treatment: both have run, and there is nothing more to ask
        boolean shed = lackedCapacity(treatment.outcome()) || lackedCapacity(treatment.control());
        return result.in(shed ? Pairing.SHED : Pairing.PAIRED);
    }

    private static boolean lackedCapacity(@Nullable Outcome outcome) {
        return outcome != null && outcome.lackOfCapacity();
    }

    /** Paired, or shed for want of room; null for a request that was not drawn. */
    private @Nullable Pairing plan(Exposure exposure) {
        if (!drawnForPair(exposure)) {
            return null;
        }
        return admission.roomForShadow() ? Pairing.PAIRED : Pairing.SHED;
    }

    /** Whether both models are to answer this request. In an experiment that is off there is nothing to compare. */
    private static boolean drawnForPair(Exposure exposure) {
        return exposure.experiment().running()
                && Pairs.draw(exposure.experiment(), exposure.request().requestId());
    }

    private static ServingResult in(@Nullable Pairing plan, ServingResult result) {
        return plan == null ? result : result.in(plan);
    }
}
