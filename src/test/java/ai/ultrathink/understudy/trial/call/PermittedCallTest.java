package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PermittedCallTest {

    private final FakeGate guard = new FakeGate();
    private final FakeCall delegate = new FakeCall();
    private final TreatmentCall call = new PermittedCall(delegate, guard::admit);

    @Test
    void the_permit_is_concluded_with_the_outcome() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));

        delegate.end(CallResult.of(BUY));

        assertEquals(CallResult.of(BUY), run.join());
        assertEquals(List.of(BUY), guard.ended());
    }

    @Test
    void a_rejection_for_want_of_room_is_an_outcome_like_any_other() {
        Outcome rejected = new Outcome.Rejected("full");
        Calls.begin(call.ask(Calls.request()));

        delegate.end(CallResult.of(rejected));

        assertEquals(List.of(rejected), guard.ended());
    }

    @Test
    void the_permit_of_a_call_that_was_withdrawn_is_cancelled() {
        Calls.begin(call.ask(Calls.request()));

        delegate.end(CallResult.of(new Outcome.Rejected("cancelled")).withdrawn(Fallback.FENCED));

        assertEquals(List.of(FakeGate.CANCELLED), guard.ended());
    }

    @Test
    void the_permit_of_a_call_that_is_given_up_is_cancelled() {
        CompletableFuture<CallResult> run = Calls.start(call.ask(Calls.request()));

        run.cancel(true);

        assertEquals(List.of(FakeGate.CANCELLED), guard.ended());
        assertEquals(1, delegate.abandoned());
    }

    @Test
    void the_permit_of_a_call_that_breaks_is_cancelled() {
        Calls.begin(call.ask(Calls.request()));

        delegate.fail(new IllegalStateException("a bug"));

        assertEquals(List.of(FakeGate.CANCELLED), guard.ended());
    }

    @Test
    void while_the_guard_is_open_the_call_does_not_run() {
        guard.openGuard();

        assertEquals(new TreatmentCall.Withheld(Fallback.GUARD_OPEN), call.ask(Calls.request()));

        assertEquals(0, delegate.running());
    }

    @Test
    void for_a_call_that_is_withheld_no_permit_is_taken() {
        TreatmentCall.Withheld withheld = new TreatmentCall.Withheld(Fallback.FENCED);
        delegate.withhold(withheld);

        assertEquals(withheld, call.ask(Calls.request()));

        assertEquals(0, guard.given());
    }
}
