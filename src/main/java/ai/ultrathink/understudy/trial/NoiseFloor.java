package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Sample;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.call.ControlCall;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.PredictionObserver;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import ai.ultrathink.understudy.trial.metrics.TrialMetrics;
import ai.ultrathink.understudy.trial.tally.Tallies;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Measures how often control disagrees with itself, so that treatment is not blamed for it: for a fraction of the shadow requests
 * control is asked a second time. That happens when both models are done with the request, behind all work for callers, and not at
 * all where a shadow would be left out.
 */
@Startup
@ApplicationScoped
class NoiseFloor implements PredictionObserver {

    private final Sample sample;
    private final Admission admission;
    private final ControlCall control;
    private final Tallies tallies;
    private final TrialMetrics metrics;

    NoiseFloor(TrialConfig config, Admission admission, ControlCall control, Tallies tallies, TrialMetrics metrics) {
        this.sample = sample(config.noiseFraction());
        this.admission = admission;
        this.control = control;
        this.tallies = tallies;
        this.metrics = metrics;
    }

    private static Sample sample(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException(
                    "understudy.trial.noise-fraction: got " + fraction + "; allowed: a number from 0 to 1");
        }
        return new Sample(new Split(fraction));
    }

    @Override
    public void completed(Exposure exposure, ServingResult result, Variant which, CallResult second) {
        Experiment experiment = exposure.experiment();
        if (experiment.shadow()
                && result.control() instanceof Outcome.Answered first
                && !second.outcome().lackOfCapacity()
                && sample.includes(experiment.testId(), exposure.request().requestId())
                && admission.roomForShadow()) {
            control.askInBackground(exposure).subscribe().with(again -> compare(experiment, first, again));
        }
    }

    private void compare(Experiment experiment, Outcome.Answered first, Outcome second) {
        // a model that was reloaded in between is another one
        if (second instanceof Outcome.Answered again && again.by().equals(first.by())) {
            boolean agreeing = Comparison.of(first, again).actionsMatch();
            tallies.of(experiment).repeated(agreeing);
            metrics.repeated(experiment, agreeing);
        }
    }
}
