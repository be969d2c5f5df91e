package ai.ultrathink.understudy.trial.call;

import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import io.smallrye.mutiny.Uni;
import org.jboss.logging.Logger;

/** Turns an exception into a failed outcome. There should be none, but a bug in a treatment's way must not cost an answer. */
final class NeverFailingCall implements TreatmentCall {

    private static final Logger LOG = Logger.getLogger(NeverFailingCall.class);

    private final TreatmentCall delegate;

    NeverFailingCall(TreatmentCall delegate) {
        this.delegate = delegate;
    }

    @Override
    public Access ask(TreatmentRequest request) {
        try {
            return delegate.ask(request).with(call -> call.onFailure().recoverWithItem(NeverFailingCall::failed));
        } catch (RuntimeException e) {
            return new Granted(Uni.createFrom().item(failed(e)));
        }
    }

    private static CallResult failed(Throwable failure) {
        LOG.error("asking a treatment failed; this is a bug, please report it", failure);
        return CallResult.of(new Outcome.Failed("asking the treatment failed: " + failure));
    }
}
