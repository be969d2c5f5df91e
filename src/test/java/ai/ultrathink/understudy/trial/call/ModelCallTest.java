package ai.ultrathink.understudy.trial.call;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ModelCallTest {

    private final FakePredictor treatment = new FakePredictor("bull_v2", 2);
    private final TreatmentCall call = new ModelCall();

    @Test
    void the_model_is_asked_as_the_treatment_with_its_deadline_and_not_before_somebody_subscribes() {
        TreatmentCall.Access access = call.ask(Calls.request(treatment));
        assertEquals(List.of(), treatment.asked());

        CompletableFuture<CallResult> run = Calls.start(access);
        treatment.answer(BUY);

        assertEquals(
                List.of(new FakePredictor.Asked(Variant.TREATMENT, Exposures.TREATMENT_DEADLINE)), treatment.asked());
        assertEquals(CallResult.of(BUY), run.join());
    }

    @Test
    void the_deadline_is_that_of_the_request() {
        Calls.begin(
                call.ask(new TreatmentRequest(Calls.request(treatment).exposure(), Duration.ofMillis(7), () -> true)));

        assertEquals(List.of(new FakePredictor.Asked(Variant.TREATMENT, Duration.ofMillis(7))), treatment.asked());
    }

    @Test
    void a_model_that_is_not_loaded_fails() {
        assertEquals(
                CallResult.of(new Outcome.Failed("model bull_v2 is not loaded")),
                Calls.start(call.ask(Calls.request(null))).join());
    }

    @Test
    void a_model_that_takes_other_features_fails_and_is_not_asked() {
        FakePredictor wider = new FakePredictor("bull_v2", 3);

        assertEquals(
                CallResult.of(new Outcome.Failed("model bull_v2 takes 3 features, not 2")),
                Calls.start(call.ask(Calls.request(wider))).join());
        assertEquals(List.of(), wider.asked());
    }

    @Test
    void a_model_that_advises_other_actions_than_control_fails_and_is_not_asked() {
        FakePredictor other = new FakePredictor("bull_v2", 2, Actions.of(List.of("UP", "DOWN")));

        assertEquals(
                CallResult.of(new Outcome.Failed("model bull_v2 advises DOWN, UP, and control HOLD, BUY, SELL")),
                Calls.start(call.ask(Calls.request(other))).join());
        assertEquals(List.of(), other.asked());
    }
}
