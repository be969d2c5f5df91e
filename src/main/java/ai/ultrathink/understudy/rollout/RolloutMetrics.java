package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
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
 * What the replica that leads tells Prometheus. The others say nothing of tests, so that each is there once; they only count the
 * tests that were rolled back because they changed a model.
 */
@ApplicationScoped
class RolloutMetrics {

    private final MeterRegistry registry;
    private final Counter judged;
    private final Counter failed;
    private final Map<String, RolloutMeters> watched = new ConcurrentHashMap<>();
    private final Map<String, Counter> rollbacks = new ConcurrentHashMap<>();

    RolloutMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.judged = ServiceMetric.EVALUATIONS.counter(registry, "result", "judged");
        this.failed = ServiceMetric.EVALUATIONS.counter(registry, "result", "failed");
    }

    void judged(LockedExperiment test, Evaluation evaluation) {
        judged.increment();
        String testId = test.experiment().testId();
        if (watched.size() < MeteredExperiments.MOST || watched.containsKey(testId)) {
            watched.computeIfAbsent(testId, id -> new RolloutMeters(registry, id, evaluation))
                    .judged(evaluation, test.ramp());
        }
    }

    /** What was known of the test is not known any more. */
    void failed(String testId) {
        failed.increment();
        idle(testId);
    }

    /** The test is not judged. */
    void idle(String testId) {
        RolloutMeters meters = watched.remove(testId);
        if (meters != null) {
            meters.remove();
        }
    }

    void rolledBack(String testId) {
        rollbacks
                .computeIfAbsent(testId, id -> ServiceMetric.ROLLBACKS.counter(registry, "test", id))
                .increment();
    }

    /** A deleted test leaves at once, not with the next judgement. */
    void follow(@Observes Catalog catalog) {
        retain(catalog.all().stream().map(Experiment::testId).collect(Collectors.toUnmodifiableSet()));
    }

    /** Forgets all other tests. */
    void retain(Set<String> ids) {
        watched.keySet().stream()
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
