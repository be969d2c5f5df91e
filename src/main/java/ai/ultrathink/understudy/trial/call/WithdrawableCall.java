package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;

/**
 * Takes a request back that still waits for the model when the treatment may no longer be used, and says so in the result: such a
 * request is rejected, but not for want of room.
 */
final class WithdrawableCall implements TreatmentCall {

    private final TreatmentCall delegate;
    private final TreatmentGate gate;

    WithdrawableCall(TreatmentCall delegate, TreatmentGate gate) {
        this.delegate = delegate;
        this.gate = gate;
    }

    @Override
    public Access ask(TreatmentRequest request) {
        Experiment experiment = request.exposure().experiment();
        return delegate.ask(request.whileWanted(() -> gate.withheld(experiment) == null))
                .with(call -> call.map(result -> marked(experiment, result)));
    }

    private CallResult marked(Experiment experiment, CallResult result) {
        Fallback why = result.outcome() instanceof Outcome.Rejected ? gate.withheld(experiment) : null;
        return why == null ? result : result.withdrawn(why);
    }
}
