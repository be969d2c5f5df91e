package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.OutcomeCoverage;
import ai.ultrathink.understudy.assignment.Catalog;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.MeteredExperiments;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Metrics of the leader. Other replicas report no experiments, so that each is reported once; they only count
 * their rollbacks, because a replica that changes a model rolls back, too.
 */
@ApplicationScoped
class RolloutMetrics {

    private final MeterRegistry registry;
    private final Counter evaluated;
    private final Counter failed;
    private final Map<String, RolloutMeters> byExperiment = new ConcurrentHashMap<>();
    private final Map<String, Counter> rollbacks = new ConcurrentHashMap<>();

    RolloutMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.evaluated = ServiceMetric.EVALUATIONS.counter(registry, "result", "judged");
        this.failed = ServiceMetric.EVALUATIONS.counter(registry, "result", "failed");
    }

    void evaluated(LockedExperiment locked, DecisionRecord decision) {
        evaluated.increment();
        Evaluation evaluation = decision.evaluation();
        String testId = locked.experiment().testId();
        if (byExperiment.size() < MeteredExperiments.MOST || byExperiment.containsKey(testId)) {
            byExperiment
                    .computeIfAbsent(testId, id -> new RolloutMeters(registry, id, evaluation))
                    .evaluated(evaluation, OutcomeCoverage.of(decision.input()), locked.ramp());
        }
    }

    /** Called when an evaluation failed: the last one is no longer shown. */
    void failed(String testId) {
        failed.increment();
        idle(testId);
    }

    /** Called when the experiment is not evaluated. */
    void idle(String testId) {
        RolloutMeters meters = byExperiment.remove(testId);
        if (meters != null) {
            meters.remove();
        }
    }

    void rolledBack(String testId) {
        rollbacks(testId).increment();
    }

    /**
     * Removes a deleted experiment at once, not at the next evaluation. The rollbacks of running ones are there from the start, at 0:
     * Prometheus sees no increase in a series that begins with 1.
     */
    void follow(@Observes Catalog catalog) {
        retain(catalog.all().stream().map(Experiment::testId).collect(Collectors.toUnmodifiableSet()));
        catalog.all().stream()
                .filter(Experiment::running)
                .limit(MeteredExperiments.MOST)
                .forEach(experiment -> rollbacks(experiment.testId()));
    }

    private Counter rollbacks(String testId) {
        return rollbacks.computeIfAbsent(testId, id -> ServiceMetric.ROLLBACKS.counter(registry, "test", id));
    }

    /** Forgets all other experiments. */
    void retain(Set<String> ids) {
        byExperiment.keySet().stream()
                .filter(testId -> !ids.contains(testId))
                .toList()
                .forEach(this::idle);
        rollbacks.entrySet().removeIf(entry -> !ids.contains(entry.getKey()) && forget(entry.getValue()));
    }

    private boolean forget(Counter counter) {
        registry.remove(counter);
        return true;
    }
}
