package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WithdrawableCallTest {

    private static final CallResult REJECTED = CallResult.of(new Outcome.Rejected("full"));

    private final FakeGate gate = new FakeGate();
    private final FakeCall delegate = new FakeCall();
    private final TreatmentCall call = new WithdrawableCall(delegate, gate);

    @Test
    void the_model_is_told_when_the_request_is_no_longer_wanted() {
        Calls.begin(call.ask(Calls.request()));
        assertTrue(delegate.asked().getFirst().watch().wanted());

        gate.withhold(Fallback.FENCED);

        assertFalse(delegate.asked().getFirst().watch().wanted());
    }

    @Test
    void a_request_that_is_rejected_while_the_gate_is_closed_was_withdrawn() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));
        gate.withhold(Fallback.TEST_DISABLED);

        delegate.end(REJECTED);

        assertEquals(REJECTED.withdrawn(Fallback.TEST_DISABLED), run.join());
        assertEquals(Fallback.TEST_DISABLED, run.join().fallback());
    }

    @Test
    void a_request_that_is_rejected_while_the_gate_is_open_had_no_room() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));

        delegate.end(REJECTED);

        assertNull(run.join().withdrawn());
        assertEquals(Fallback.TREATMENT_REJECTED, run.join().fallback());
    }

    @Test
    void an_answer_that_came_although_the_gate_has_closed_is_an_answer() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));
        gate.withhold(Fallback.TEST_DISABLED);

        delegate.end(CallResult.of(BUY));

        assertEquals(CallResult.of(BUY), run.join());
    }
}
