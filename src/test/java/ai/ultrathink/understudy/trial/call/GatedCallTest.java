package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GatedCallTest {

    private final FakeGate gate = new FakeGate();
    private final FakeCall delegate = new FakeCall();
    private final TreatmentCall call = new GatedCall(delegate, gate);

    @Test
    void while_the_gate_is_open_the_call_is_made() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));

        delegate.end(CallResult.of(BUY));

        assertEquals(CallResult.of(BUY), run.join());
    }

    @Test
    void while_the_gate_is_closed_nothing_is_asked_and_the_reason_is_the_gates() {
        gate.withhold(Fallback.FENCED);

        assertEquals(new TreatmentCall.Withheld(Fallback.FENCED), call.ask(Calls.request()));

        assertEquals(List.of(), delegate.asked());
    }

    @Test
    void a_gate_that_closes_afterwards_is_not_this_calls_concern() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));
        gate.withhold(Fallback.FENCED);

        delegate.end(CallResult.of(BUY));

        assertEquals(CallResult.of(BUY), run.join());
    }
}
