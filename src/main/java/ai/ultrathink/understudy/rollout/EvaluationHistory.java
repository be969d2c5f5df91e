package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResultWriter;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.EvaluationSnapshot;
import ai.ultrathink.understudy.evidence.GuardrailSnapshot;
import ai.ultrathink.understudy.evidence.HistoryPoint;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import ai.ultrathink.understudy.storage.experiment.HistoryStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what evaluations found, for readers. An evaluation never waits for this and never fails by it: what cannot be kept is counted,
 * and the next evaluation is kept instead.
 */
@ApplicationScoped
class EvaluationHistory {

    private static final Logger LOG = Logger.getLogger(EvaluationHistory.class);

    private static final int REASONS = 5;

    /** Points that are being stored at the same time; each has a connection. */
    private static final int UNDERWAY = 4;

    /** Where points are stored. */
    interface Points {
        Uni<Optional<HistoryPoint>> last(String testId);

        Uni<Void> add(String testId, EvaluationSnapshot evaluation, boolean changed);
    }

    private record Stored(EvaluationSnapshot evaluation, long nanos) {}

    private final Points points;
    private final Duration every;
    private final TimeSource time;
    private final Counter kept;
    private final Counter failed;
    private final Counter leftOut;
    private final Map<String, Stored> newest = new ConcurrentHashMap<>();
    private final Set<String> underway = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean failing = new AtomicBoolean();

    @Inject
    EvaluationHistory(HistoryStore store, RolloutConfig config, TimeSource time, MeterRegistry registry) {
        this(
                new Points() {
                    @Override
                    public Uni<Optional<HistoryPoint>> last(String testId) {
                        return store.last(testId);
                    }

                    @Override
                    public Uni<Void> add(String testId, EvaluationSnapshot evaluation, boolean changed) {
                        return store.add(testId, evaluation, changed);
                    }
                },
                config.historyEvery(),
                time,
                registry);
    }

    /** @param every the time between points while nothing changes; 0 keeps none at all */
    EvaluationHistory(Points points, Duration every, TimeSource time, MeterRegistry registry) {
        this.points = points;
        this.every = every;
        this.time = time;
        this.kept = ServiceMetric.HISTORY_POINTS.counter(registry, "result", "kept");
        this.failed = ServiceMetric.HISTORY_POINTS.counter(registry, "result", "failed");
        this.leftOut = ServiceMetric.HISTORY_POINTS.counter(registry, "result", "left_out");
    }

    /**
     * Keeps an evaluation if it is due. Returns at once.
     *
     * @param now by the ramps' clock
     */
    void evaluated(LockedExperiment seen, DecisionRecord decision, Instant now) {
        if (every.isZero()) {
            return;
        }
        try {
            keep(seen.experiment().testId(), snapshot(seen, decision, now));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void keep(String testId, EvaluationSnapshot evaluation) {
        Stored before = newest.get(testId);
        if (before != null && !due(before, evaluation)) {
            return;
        }
        if (underway.size() >= UNDERWAY || !underway.add(testId)) {
            leftOut.increment();
            return;
        }
        long nanos = time.nanoTime();
        // deferred, so that what fails at once is a failure of this Uni, and the test does not stay under way
        Uni.createFrom()
                .deferred(() -> last(testId, before))
                .chain(last -> points.add(
                        testId, evaluation, last.map(evaluation::differs).orElse(true)))
                .onTermination()
                .invoke(() -> underway.remove(testId))
                .subscribe()
                .with(
                        stored -> {
                            newest.put(testId, new Stored(evaluation, nanos));
                            kept.increment();
                            if (failing.compareAndSet(true, false)) {
                                LOG.info("what evaluations find is kept again");
                            }
                        },
                        this::failed);
    }

    /** The newest point; a replica that begins to lead has to read it. */
    private Uni<Optional<EvaluationSnapshot>> last(String testId, @Nullable Stored known) {
        return known != null
                ? Uni.createFrom().item(Optional.of(known.evaluation()))
                : points.last(testId).map(point -> point.map(HistoryPoint::evaluation));
    }

    private boolean due(Stored before, EvaluationSnapshot evaluation) {
        return time.nanoTime() - before.nanos() >= every.toNanos() || evaluation.differs(before.evaluation());
    }

    private void failed(Throwable failure) {
        failed.increment();
        if (failing.compareAndSet(false, true)) {
            LOG.warnf(
                    "what evaluations find is not kept at present, so GET /api/v1/ab-test/{test_id}/history has a gap: %s",
                    failure.getMessage());
        }
    }

    /** Forgets all other experiments. What is stored of them stays. */
    void retain(Set<String> testIds) {
        newest.keySet().retainAll(testIds);
    }

    private static EvaluationSnapshot snapshot(LockedExperiment seen, DecisionRecord decision, Instant now) {
        Evaluation evaluation = decision.evaluation();
        return new EvaluationSnapshot(
                seen.experiment().generation(),
                evaluation.verdict().wireName(),
                evaluation.reasons().stream().limit(REASONS).toList(),
                evaluation.results().stream().map(EvaluationHistory::snapshot).toList(),
                rampWaitsFor(seen, decision, now));
    }

    private static GuardrailSnapshot snapshot(GuardrailResult result) {
        return new GuardrailSnapshot(
                result.guardrail().metric().wireName(),
                result.state().wireName(),
                result.guardrail().limit(),
                result.samples(),
                finite(result.estimate()),
                finite(result.shownLower()),
                finite(result.shownUpper()),
                finite(result.shownLogE()),
                -Math.log(result.alpha()));
    }

    private static @Nullable Double finite(@Nullable Double figure) {
        return figure == null ? null : GuardrailResultWriter.finite(figure);
    }

    private static @Nullable List<String> rampWaitsFor(LockedExperiment seen, DecisionRecord decision, Instant now) {
        PersistedRamp stored = seen.ramp();
        Ramp ramp = stored == null ? null : Ramp.of(stored);
        return ramp != null && ramp.state() instanceof Stage
                ? new RampConditions(ramp, seen.experiment(), now)
                        .by(decision.evaluation(), decision.input().evidence())
                : null;
    }
}
