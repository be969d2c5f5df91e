package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.outcome.Fallback;

/**
 * Leaves the guard's few trials to the requests that are the treatment's. A trial that a pair takes would say less: in a split the
 * evidence that a treatment fails is counted in its own requests, so a treatment that always fails would be rolled back
 * later. Where the treatment has no requests of its own, pairs try it.
 */
final class PairedCall implements TreatmentCall {

    private final TreatmentCall delegate;
    private final TreatmentGate gate;

    PairedCall(TreatmentCall delegate, TreatmentGate gate) {
        this.delegate = delegate;
        this.gate = gate;
    }

    @Override
    public Access ask(TreatmentRequest request) {
        Experiment experiment = request.exposure().experiment();
        boolean mayTry = experiment.split().fraction() == 0;
        return mayTry || gate.guardClosed(experiment) ? delegate.ask(request) : new Withheld(Fallback.GUARD_OPEN);
    }
}
