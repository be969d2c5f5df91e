package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.MeteredExperiments;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trace.Exemplars;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.PredictionObserver;
import ai.ultrathink.understudy.trial.exposure.PredictionRequest;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Counts predictions for Prometheus and logs failures of models. docs/metrics.md lists every name. */
@ApplicationScoped
public class TrialMetrics implements PredictionObserver {

    private final MeterRegistry registry;
    private final FailureLog failures;
    private final Exemplars exemplars;
    private final RemovableMeters untested;
    private final PredictionCounters plain;
    private final PredictionCounters others;
    private final Map<String, ModelMeters> plainModels = new ConcurrentHashMap<>();
    private final Map<String, ExperimentMeters> experiments = new ConcurrentHashMap<>();

    public TrialMetrics(MeterRegistry registry, FailureLog failures, Exemplars exemplars) {
        this.registry = registry;
        this.failures = failures;
        this.exemplars = exemplars;
        this.untested = new RemovableMeters(registry, "none");
        this.plain = new PredictionCounters(untested);
        // no experiment can have this id
        this.others = new PredictionCounters(new RemovableMeters(registry, "(other)"));
    }

    @Override
    public void untested(PredictionRequest request, Predictor control, Outcome outcome) {
        exemplars.of(request.trace(), () -> count(request, control, outcome));
    }

    private void count(PredictionRequest request, Predictor control, Outcome outcome) {
        failures.note("none", request.requestId(), control.loaded(), outcome);
        plain.count(null, outcome instanceof Outcome.Answered ? Variant.CONTROL : null, null);
        plainModels
                .computeIfAbsent(control.name(), name -> new ModelMeters(untested, name, Variant.CONTROL))
                .count(outcome);
    }

    @Override
    public void served(Exposure exposure, ServingResult result) {
        exemplars.of(exposure.request().trace(), () -> count(exposure, result));
    }

    private void count(Exposure exposure, ServingResult result) {
        ExperimentMeters own = of(exposure.experiment());
        if (own == null) {
            others.count(result.assigned(), result.servedBy(), result.fallback());
        } else {
            own.served(exposure, result);
        }
        note(exposure, Variant.CONTROL, result.control());
        note(exposure, Variant.TREATMENT, result.treatment());
    }

    @Override
    public void completed(Exposure exposure, ServingResult result, Variant which, CallResult second) {
        note(exposure, which, second.outcome());
        // where there is none the experiment was deleted after the caller was answered
        ExperimentMeters own = experiments.get(exposure.experiment().testId());
        if (own != null) {
            exemplars.of(exposure.request().trace(), () -> own.completed(result, which, second));
        }
    }

    private void note(Exposure exposure, Variant role, @Nullable Outcome outcome) {
        failures.note(
                exposure.experiment().testId(),
                exposure.request().requestId(),
                role == Variant.CONTROL ? exposure.control().loaded() : exposure.treatmentVersion(),
                outcome);
    }

    /** Control has answered a shadow request twice. */
    public void repeated(Experiment experiment, boolean match) {
        ExperimentMeters there = experiments.get(experiment.testId());
        if (there != null) {
            there.repeated(match);
        }
    }

    /** Null when as many experiments as there is room for have meters already. */
    private @Nullable ExperimentMeters of(Experiment experiment) {
        ExperimentMeters there = experiments.get(experiment.testId());
        if (there != null || experiments.size() >= MeteredExperiments.MOST) {
            return there;
        }
        return experiments.computeIfAbsent(experiment.testId(), id -> new ExperimentMeters(registry, experiment));
    }

    /**
     * Registers the meters of new experiments before their first request, and removes those of deleted ones. Should a request that
     * is under way bring them back, the next change removes them again.
     */
    void follow(@Observes Catalog catalog) {
        removeIf(testId -> catalog.find(testId).isEmpty());
        long running = catalog.all().stream().filter(Experiment::running).count();
        if (running + experiments.size() > MeteredExperiments.MOST) {
            removeIf(testId -> catalog.find(testId).filter(Experiment::running).isEmpty());
        }
        catalog.all().stream()
                .filter(Experiment::running)
                .limit(MeteredExperiments.MOST)
                .forEach(this::of);
    }

    private void removeIf(Predicate<String> unwanted) {
        experiments.entrySet().removeIf(entry -> {
            boolean gone = unwanted.test(entry.getKey());
            if (gone) {
                entry.getValue().remove();
            }
            return gone;
        });
    }
}
