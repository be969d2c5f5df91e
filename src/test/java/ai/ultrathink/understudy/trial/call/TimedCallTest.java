package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.hedge.RecentLatencies;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimedCallTest {

    private static final int ENOUGH = 40;
    private static final String MODEL = "bull_v2";

    private final ManualTime time = new ManualTime();
    private final RecentLatencies latencies = new RecentLatencies(time);
    private final FakeCall delegate = new FakeCall();
    private final TreatmentCall call = new TimedCall(delegate, latencies);

    @Test
    void the_time_from_the_beginning_of_a_call_to_its_outcome_is_noted() {
        for (int i = 0; i < ENOUGH; i++) {
            TreatmentCall.Access access = call.ask(Calls.request());
            time.advance(Duration.ofSeconds(1));
            Calls.begin(access);
            time.advance(Duration.ofMillis(10));
            delegate.end(CallResult.of(BUY));
        }

        Duration usual = latencies.usual(MODEL).orElseThrow();
        assertTrue(usual.compareTo(Duration.ofMillis(10)) >= 0, usual.toString());
        assertTrue(usual.compareTo(Duration.ofMillis(12)) < 0, usual.toString());
    }

    @Test
    void a_failure_takes_time_as_an_answer_does() {
        for (int i = 0; i < ENOUGH; i++) {
            Calls.begin(call.ask(Calls.request()));
            delegate.end(CallResult.of(new Outcome.TimedOut(200)));
        }

        assertTrue(latencies.usual(MODEL).isPresent());
    }

    @Test
    void a_call_that_is_withheld_or_given_up_has_no_time() {
        for (int i = 0; i < ENOUGH; i++) {
            Calls.start(call.ask(Calls.request())).cancel(true);
        }
        delegate.withhold(new TreatmentCall.Withheld(Fallback.FENCED));
        for (int i = 0; i < ENOUGH; i++) {
            call.ask(Calls.request());
        }

        assertEquals(Optional.empty(), latencies.usual(MODEL));
    }
}
