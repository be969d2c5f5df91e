package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.MeteredExperiments;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.Predictor;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What predictions tell Prometheus, and what of their failures the log says. docs/metrics.md lists every name. */
@ApplicationScoped
class TrialMetrics {

    private final MeterRegistry registry;
    private final FailureLog failures;
    private final Counter refused;
    private final RemovableMeters untested;
    private final PredictionCounters plain;
    private final PredictionCounters others;
    private final Map<String, ModelMeters> plainModels = new ConcurrentHashMap<>();
    private final Map<String, ExperimentMeters> tests = new ConcurrentHashMap<>();

    TrialMetrics(MeterRegistry registry, Admission admission, FailureLog failures) {
        this.registry = registry;
        this.failures = failures;
        this.refused = registry.counter("understudy.predictions.refused");
        this.untested = new RemovableMeters(registry, "none");
        this.plain = new PredictionCounters(untested);
        // no test can have this id
        this.others = new PredictionCounters(new RemovableMeters(registry, "(other)"));
        registry.gauge("understudy.predictions.inflight", admission, Admission::inFlight);
    }

    /** A prediction under no test. */
    void plain(Predictor control, Outcome outcome) {
        failures.note("none", control.loaded(), outcome);
        plain.count(null, outcome instanceof Outcome.Answered ? Variant.CONTROL : null, null);
        plainModels
                .computeIfAbsent(control.name(), name -> new ModelMeters(untested, name, Variant.CONTROL))
                .count(outcome);
    }

    /** A prediction under a test, when the caller is answered. */
    void served(PredictionContext context, ServingResult result) {
        ExperimentMeters own = of(context.experiment());
        if (own == null) {
            others.count(result.assigned(), result.servedBy(), result.fallback());
        } else {
            own.served(context, result);
        }
        note(context, Variant.CONTROL, result.control());
        note(context, Variant.TREATMENT, result.treatment());
    }

    /** A prediction that was refused because the replica has too many. */
    void refused() {
        refused.increment();
    }

    /** A shadow or a pair, when its second model is done. */
    void seconded(PredictionContext context, ServingResult result, Variant second, Outcome outcome) {
        note(context, second, outcome);
        // where there is none the test was deleted after its caller was answered
        ExperimentMeters experiment = tests.get(context.experiment().testId());
        if (experiment != null) {
            experiment.seconded(context, result, second, outcome);
        }
    }

    private void note(PredictionContext context, Variant role, @Nullable Outcome outcome) {
        failures.note(
                context.experiment().testId(),
                role == Variant.CONTROL ? context.control().loaded() : context.treatmentVersion(),
                outcome);
    }

    /** A shadow request that control answered twice. */
    void repeated(Experiment experiment, boolean match) {
        ExperimentMeters there = tests.get(experiment.testId());
        if (there != null) {
            there.repeated(match);
        }
    }

    /** Null when as many tests as there is room for have meters already. */
    private @Nullable ExperimentMeters of(Experiment experiment) {
        ExperimentMeters there = tests.get(experiment.testId());
        if (there != null || tests.size() >= MeteredExperiments.MOST) {
            return there;
        }
        return tests.computeIfAbsent(experiment.testId(), id -> new ExperimentMeters(registry, experiment));
    }

    /**
     * Starts to count for new tests, before their first request, and takes away what deleted ones told. Should a request that was
     * under way bring that back, the next change takes it away again.
     */
    void follow(@Observes Catalog catalog) {
        removeIf(testId -> catalog.find(testId).isEmpty());
        long running = catalog.all().stream().filter(Experiment::running).count();
        if (running + tests.size() > MeteredExperiments.MOST) {
            removeIf(testId -> catalog.find(testId).filter(Experiment::running).isEmpty());
        }
        catalog.all().stream()
                .filter(Experiment::running)
                .limit(MeteredExperiments.MOST)
                .forEach(this::of);
    }

    private void removeIf(Predicate<String> unwanted) {
        tests.entrySet().removeIf(entry -> {
            boolean gone = unwanted.test(entry.getKey());
            if (gone) {
                entry.getValue().remove();
            }
            return gone;
        });
    }
}
