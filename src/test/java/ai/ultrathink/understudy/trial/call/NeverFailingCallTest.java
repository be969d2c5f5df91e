package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NeverFailingCallTest {

    private static final CallResult FAILED =
            CallResult.of(new Outcome.Failed("asking the treatment failed: java.lang.IllegalStateException: a bug"));

    private final FakeCall delegate = new FakeCall();
    private final TreatmentCall call = new NeverFailingCall(delegate);

    @Test
    void a_call_that_fails_has_a_failed_outcome() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));

        delegate.fail(new IllegalStateException("a bug"));

        assertEquals(FAILED, run.join());
    }

    @Test
    void a_call_that_cannot_even_be_asked_has_a_failed_outcome() {
        delegate.breakWith(new IllegalStateException("a bug"));

        assertEquals(FAILED, Calls.start(call.ask(Calls.request())).join());
    }

    @Test
    void an_outcome_stays_what_it_is() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));

        delegate.end(CallResult.of(BUY));

        assertEquals(CallResult.of(BUY), run.join());
    }

    @Test
    void a_call_that_is_withheld_stays_withheld() {
        TreatmentCall.Withheld withheld = new TreatmentCall.Withheld(Fallback.GUARD_OPEN);
        delegate.withhold(withheld);

        assertEquals(withheld, call.ask(Calls.request()));
    }
}
