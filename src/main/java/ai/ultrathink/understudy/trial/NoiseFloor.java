package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Sample;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Outcome;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/**
 * Measures how often control disagrees with itself, which no treatment can be blamed for: a fraction of the shadow requests is
 * put to control a second time. That happens when both models are done with the request, behind all of control's own work as
 * treatment's is, and not at all where a shadow would be left out.
 */
@Startup
@ApplicationScoped
class NoiseFloor {

    private final Sample sample;
    private final Admission admission;
    private final Tallies tallies;
    private final TrialMetrics metrics;

    NoiseFloor(TrialConfig config, Admission admission, Tallies tallies, TrialMetrics metrics) {
        this.sample = sample(config.noiseFraction());
        this.admission = admission;
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

    /** A shadow is done; nobody waits for what comes of this. */
    void measure(PredictionContext context, @Nullable Outcome control, Outcome treatment) {
        if (control instanceof Outcome.Answered first
                && !(treatment instanceof Outcome.Rejected)
                && sample.includes(
                        context.experiment().testId(), context.request().requestId())
                && admission.roomForShadow()) {
            context.askControlAgain().subscribe().with(second -> compare(context.experiment(), first, second));
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
