package ai.ultrathink.understudy.trial;

import static ai.ultrathink.understudy.trial.exposure.FakePredictor.BUY;
import static ai.ultrathink.understudy.trial.exposure.FakePredictor.HOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Experiments;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.Exposures;
import ai.ultrathink.understudy.trial.exposure.FakePredictor;
import ai.ultrathink.understudy.trial.exposure.PredictionObserver;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObserversTest {

    private final List<String> told = new ArrayList<>();
    private final Observers observers = new Observers(List.of(new Noting("first"), new Noting("second")));

    @Test
    void each_is_told_everything_in_the_order_of_the_list() {
        FakePredictor control = new FakePredictor("bull", 2);
        Exposure exposure = Exposures.of(Experiments.shadow("t", 1), Group.SHADOW, control, null, new ManualTime());
        ServingResult result = ServingResult.done(Group.SHADOW, HOLD, BUY, null);

        observers.untested(exposure.request(), control, HOLD);
        observers.assigned(exposure);
        observers.served(exposure, result);
        observers.completed(exposure, result, Variant.TREATMENT, CallResult.of(BUY));

        assertEquals(
                List.of(
                        "first untested", "second untested",
                        "first assigned", "second assigned",
                        "first served", "second served",
                        "first completed", "second completed"),
                told);
    }

    private final class Noting implements PredictionObserver {

        private final String name;

        Noting(String name) {
            this.name = name;
        }

        @Override
        public void untested(PredictionRequest request, Predictor control, Outcome outcome) {
            told.add(name + " untested");
        }

        @Override
        public void assigned(Exposure exposure) {
            told.add(name + " assigned");
        }

        @Override
        public void served(Exposure exposure, ServingResult result) {
            told.add(name + " served");
        }

        @Override
        public void completed(Exposure exposure, ServingResult result, Variant which, CallResult second) {
            told.add(name + " completed");
        }
    }
}
