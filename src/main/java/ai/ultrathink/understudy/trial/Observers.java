package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.PredictionObserver;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import ai.ultrathink.understudy.trial.metrics.TrialMetrics;
import ai.ultrathink.understudy.trial.tally.Tallies;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** All that are told about predictions, in the order in which they are told. */
@ApplicationScoped
class Observers implements PredictionObserver {

    private final List<PredictionObserver> all;

    @Inject
    Observers(ExposureJournal journal, Tallies tallies, TrialMetrics metrics, NoiseFloor noise) {
        // the journal first: a row is safe regardless of the others. The noise floor last: it asks control once more,
        // and what comes of that must not be counted before the request itself
        this(List.of(journal, tallies, metrics, new ServingTrace(), noise));
    }

    Observers(List<PredictionObserver> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public void untested(PredictionRequest request, Predictor control, Outcome outcome) {
        all.forEach(observer -> observer.untested(request, control, outcome));
    }

    @Override
    public void assigned(Exposure exposure) {
        all.forEach(observer -> observer.assigned(exposure));
    }

    @Override
    public void served(Exposure exposure, ServingResult result) {
        all.forEach(observer -> observer.served(exposure, result));
    }

    @Override
    public void completed(Exposure exposure, ServingResult result, Variant which, CallResult second) {
        all.forEach(observer -> observer.completed(exposure, result, which, second));
    }
}
