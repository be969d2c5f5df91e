package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.outcome.Fallback;

/** Asks nothing while the gate withholds the treatment. */
final class GatedCall implements TreatmentCall {

    private final TreatmentCall delegate;
    private final TreatmentGate gate;

    GatedCall(TreatmentCall delegate, TreatmentGate gate) {
        this.delegate = delegate;
        this.gate = gate;
    }

    @Override
    public Access ask(TreatmentRequest request) {
        Fallback why = gate.withheld(request.exposure().experiment());
        return why == null ? delegate.ask(request) : new Withheld(why);
    }
}
