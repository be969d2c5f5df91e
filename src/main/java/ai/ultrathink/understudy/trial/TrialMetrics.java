package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What predictions tell Prometheus. docs/metrics.md lists every name. */
@ApplicationScoped
class TrialMetrics {

    private static final String NONE = "none";

    private record PredictionKey(
            String test,
            @Nullable Group group,
            @Nullable Variant servedBy,
            @Nullable Fallback fallback) {}

    private record ModelKey(String model, Variant role, String result) {}

    private record ShedKey(String test, String reason) {}

    private final MeterRegistry meters;
    private final Counter refused;
    // looking a meter up by name and tags costs more than a prediction's share of a batch
    private final Map<PredictionKey, Counter> predictions = new ConcurrentHashMap<>();
    private final Map<ModelKey, Timer> latencies = new ConcurrentHashMap<>();
    private final Map<ModelKey, Counter> failures = new ConcurrentHashMap<>();
    private final Map<ShedKey, Counter> shed = new ConcurrentHashMap<>();
    private final Map<String, Counter> agreements = new ConcurrentHashMap<>();
    private final Map<String, Counter> disagreements = new ConcurrentHashMap<>();
    private final Map<String, Counter> repetitions = new ConcurrentHashMap<>();
    private final Map<String, Counter> contradictions = new ConcurrentHashMap<>();
    private final Map<String, SeenSplit> splits = new ConcurrentHashMap<>();

    TrialMetrics(MeterRegistry meters, Admission admission) {
        this.meters = meters;
        this.refused = meters.counter("understudy.predictions.refused");
        meters.gauge("understudy.predictions.inflight", admission, Admission::inFlight);
    }

    /** A prediction under no test. */
    void plain(String model, Outcome outcome) {
        boolean answered = outcome instanceof Outcome.Answered;
        count(new PredictionKey(NONE, null, answered ? Variant.CONTROL : null, null));
        model(model, Variant.CONTROL, outcome);
    }

    /** A prediction under a test, when the caller is answered. */
    void served(Turn turn, Performance performance) {
        Experiment test = turn.test();
        count(new PredictionKey(test.testId(), performance.assigned(), performance.servedBy(), performance.fallback()));
        if (performance.control() != null) {
            model(turn.control().name(), Variant.CONTROL, performance.control());
        }
        if (performance.treatment() != null) {
            model(test.treatmentModel(), Variant.TREATMENT, performance.treatment());
        }
        if (performance.assigned() == Group.SHADOW && performance.running() == null) {
            Fallback why = performance.fallback();
            shed(test, why == null ? "overload" : why.wireName());
        }
        if (performance.assigned() != Group.SHADOW) {
            splits.computeIfAbsent(test.testId(), this::seenSplit)
                    .count(test, performance.assigned() == Group.TREATMENT);
        }
    }

    /** A prediction that was refused because the replica has too many. */
    void refused() {
        refused.increment();
    }

    /** A shadow, when its treatment is done. */
    void shadowed(Turn turn, @Nullable Outcome control, Outcome treatment) {
        model(turn.test().treatmentModel(), Variant.TREATMENT, treatment);
        if (treatment instanceof Outcome.Rejected) {
            shed(turn.test(), turn.stillWanted() ? "queue_full" : "cancelled");
        }
        if (control instanceof Outcome.Answered c && treatment instanceof Outcome.Answered t) {
            boolean match = Comparison.of(c, t).actionsMatch();
            (match ? agreements : disagreements)
                    .computeIfAbsent(
                            turn.test().testId(),
                            id -> meters.counter("understudy.agreement", "test", id, "match", String.valueOf(match)))
                    .increment();
        }
    }

    /** A shadow request that control answered twice. */
    void repeated(String testId, boolean match) {
        (match ? repetitions : contradictions)
                .computeIfAbsent(
                        testId, id -> meters.counter("understudy.noise", "test", id, "match", String.valueOf(match)))
                .increment();
    }

    /** A shadow that did not run. */
    private void shed(Experiment test, String reason) {
        shed.computeIfAbsent(
                        new ShedKey(test.testId(), reason),
                        key -> meters.counter("understudy.shadow.shed", "test", key.test, "reason", key.reason))
                .increment();
    }

    private void count(PredictionKey key) {
        predictions
                .computeIfAbsent(
                        key,
                        k -> meters.counter(
                                "understudy.predictions",
                                "test",
                                k.test,
                                "group",
                                k.group == null ? NONE : k.group.wireName(),
                                "served_by",
                                k.servedBy == null ? NONE : k.servedBy.wireName(),
                                "outcome",
                                k.servedBy == null ? "unavailable" : "answered",
                                "fallback",
                                k.fallback == null ? NONE : k.fallback.wireName()))
                .increment();
    }

    private void model(String model, Variant role, Outcome outcome) {
        switch (outcome) {
            case Outcome.Answered answered ->
                latencies
                        .computeIfAbsent(new ModelKey(model, role, ""), this::latency)
                        .record(answered.latencyNanos(), TimeUnit.NANOSECONDS);
            case Outcome.Failure failure ->
                failures.computeIfAbsent(
                                new ModelKey(model, role, failure.code()),
                                key -> meters.counter(
                                        "understudy.model.failures",
                                        "model",
                                        key.model,
                                        "role",
                                        key.role.wireName(),
                                        "reason",
                                        key.result))
                        .increment();
        }
    }

    private Timer latency(ModelKey key) {
        return Timer.builder("understudy.model.latency")
                .tags("model", key.model, "role", key.role.wireName())
                .serviceLevelObjectives(
                        micros(50),
                        micros(100),
                        micros(200),
                        micros(500),
                        micros(1_000),
                        micros(2_000),
                        micros(5_000),
                        micros(10_000),
                        micros(20_000),
                        micros(50_000),
                        micros(100_000),
                        micros(200_000),
                        micros(500_000),
                        micros(1_000_000))
                .register(meters);
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1_000);
    }

    private SeenSplit seenSplit(String testId) {
        SeenSplit seen = new SeenSplit();
        meters.gauge("understudy.split.seen", Tags.of("test", testId), seen, SeenSplit::fraction);
        meters.gauge("understudy.split.configured", Tags.of("test", testId), seen, SeenSplit::configured);
        return seen;
    }
}
