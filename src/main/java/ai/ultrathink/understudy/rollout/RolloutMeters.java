package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailState;
import ai.ultrathink.understudy.analysis.guardrail.OutcomeCoverage;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.OutcomeBlock.Coverage;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Active;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Meters of one experiment: its last evaluation, and the state of its ramp, if it has one. */
final class RolloutMeters {

    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> ofEvaluation = new ArrayList<>();
    private final List<Meter> ofOutcomes = new ArrayList<>();
    private final List<Meter> ofRamp = new ArrayList<>();
    private volatile Evaluation evaluation;
    private volatile @Nullable OutcomeCoverage coverage;
    private volatile @Nullable RampState ramp;

    RolloutMeters(MeterRegistry registry, String testId, Evaluation first) {
        this.registry = registry;
        this.tags = Tags.of("test", testId);
        this.evaluation = first;
        ofEvaluation.add(gauge(ServiceMetric.VERDICT, tags, () -> level(evaluation.verdict())));
        GuardrailMetric.OF_EVERY_EXPERIMENT.forEach(metric -> show(metric, ofEvaluation));
        showOutcomes(first);
    }

    private void show(GuardrailMetric metric, List<Meter> meters) {
        meters.add(gauge(ServiceMetric.GUARDRAIL_STATE, metric, result -> level(result.state())));
        meters.add(gauge(ServiceMetric.GUARDRAIL_ESTIMATE, metric, result -> orNaN(result.estimate())));
        meters.add(gauge(ServiceMetric.GUARDRAIL_LOG_E, metric, result -> orNaN(result.logE())));
    }

    private Gauge gauge(ServiceMetric shown, GuardrailMetric metric, ToDoubleFunction<GuardrailResult> figure) {
        return gauge(
                shown,
                tags.and("guardrail", metric.wireName()),
                () -> evaluation.find(metric).map(figure::applyAsDouble).orElse(Double.NaN));
    }

    /** Outcomes are shown of an experiment that has a plan for them. */
    private void showOutcomes(Evaluation latest) {
        boolean planned = latest.find(GuardrailMetric.OUTCOME_DELTA).isPresent();
        if (planned && ofOutcomes.isEmpty()) {
            show(GuardrailMetric.OUTCOME_DELTA, ofOutcomes);
            showCoverage("agreeing", OutcomeCoverage::agreeing);
            showCoverage("disagreeing", OutcomeCoverage::disagreeing);
            showBound("lower", GuardrailResult::lower);
            showBound("upper", GuardrailResult::upper);
        } else if (!planned) {
            remove(ofOutcomes);
        }
    }

    private void showCoverage(String of, Function<OutcomeCoverage, Coverage> part) {
        ofOutcomes.add(gauge(ServiceMetric.OUTCOME_COVERAGE, tags.and("of", of), () -> {
            OutcomeCoverage known = coverage;
            return known == null || part.apply(known).decisions() == 0
                    ? Double.NaN
                    : (Double) part.apply(known).fraction();
        }));
    }

    private void showBound(String end, Function<GuardrailResult, @Nullable Double> figure) {
        ofOutcomes.add(gauge(
                ServiceMetric.OUTCOME_DELTA_BOUND,
                tags.and("end", end),
                () -> evaluation
                        .find(GuardrailMetric.OUTCOME_DELTA)
                        .map(result -> finite(figure.apply(result)))
                        .orElse(Double.NaN)));
    }

    synchronized void evaluated(
            Evaluation latest, @Nullable OutcomeCoverage ofOutcomesNow, @Nullable PersistedRamp stored) {
        evaluation = latest;
        coverage = ofOutcomesNow;
        showOutcomes(latest);
        RampState now = stored == null ? null : Ramp.of(stored).state();
        ramp = now;
        if (now instanceof Active && ofRamp.isEmpty()) {
            ofRamp.add(gauge(ServiceMetric.RAMP_STEP, tags, () -> step(ramp)));
            ofRamp.add(gauge(ServiceMetric.RAMP_STATE, tags, () -> level(ramp)));
        } else if (!(now instanceof Active)) {
            remove(ofRamp);
        }
    }

    synchronized void remove() {
        remove(ofEvaluation);
        remove(ofOutcomes);
        remove(ofRamp);
    }

    private void remove(List<Meter> meters) {
        meters.forEach(registry::remove);
        meters.clear();
    }

    private Gauge gauge(ServiceMetric metric, Tags tags, Supplier<Number> figure) {
        return metric.gauge(registry, tags, figure, now -> now.get().doubleValue());
    }

    private static double orNaN(@Nullable Double figure) {
        return figure == null ? Double.NaN : figure;
    }

    private static double finite(@Nullable Double figure) {
        return figure == null || figure.isInfinite() ? Double.NaN : figure;
    }

    private static int level(Verdict verdict) {
        return switch (verdict) {
            case INSUFFICIENT_DATA -> 0;
            case KEEP_RUNNING -> 1;
            case PROMOTE -> 2;
            case ROLL_BACK -> 3;
        };
    }

    private static int level(GuardrailState state) {
        return switch (state) {
            case UNDECIDED -> 0;
            case PASSED -> 1;
            case BREACHED -> 2;
        };
    }

    private static double level(@Nullable RampState state) {
        return switch (state) {
            case null -> Double.NaN;
            case Stage stage -> 0;
            case AwaitingApproval awaiting -> 1;
            case Paused paused -> 2;
            case Finished finished -> Double.NaN;
            case Aborted aborted -> Double.NaN;
        };
    }

    private static double step(@Nullable RampState state) {
        return state == null ? Double.NaN : state.stage().number();
    }
}
