package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.CallResult;
import ai.ultrathink.understudy.trial.exposure.Exposure;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one experiment tells Prometheus. The meters of a sound experiment are registered when this is made: a share of what was
 * never exported is not 0 but unknown, and Prometheus does not see how a series came to its first value.
 */
final class ExperimentMeters {

    private final RemovableMeters meters;
    private final PredictionCounters predictions;
    private final ModelMeters treatment;
    // more than one after a promotion
    private final Map<String, ModelMeters> controls = new ConcurrentHashMap<>();
    private final ConfidenceMeters confidence;
    private final AgreementMeters agreement;
    // a shadow may become a split: the other one is made when it is needed
    private volatile @Nullable SplitMeters split;
    private volatile @Nullable ShadowMeters shadow;

    ExperimentMeters(MeterRegistry registry, Experiment experiment) {
        this.meters = new RemovableMeters(registry, experiment.testId());
        this.predictions = new PredictionCounters(meters);
        this.treatment = new ModelMeters(meters, experiment.treatmentModel(), Variant.TREATMENT);
        this.confidence = new ConfidenceMeters(meters);
        this.agreement = new AgreementMeters(meters);
        if (experiment.shadow()) {
            shadow();
            predictions.counter(Group.SHADOW, Variant.CONTROL, null);
        } else {
            split();
            predictions.counter(Group.CONTROL, Variant.CONTROL, null);
            predictions.counter(Group.TREATMENT, Variant.TREATMENT, null);
        }
    }

    /** When the caller is answered. */
    void served(Exposure exposure, ServingResult result) {
        predictions.count(result.assigned(), result.servedBy(), result.fallback());
        if (result.control() != null) {
            controls.computeIfAbsent(exposure.control().name(), this::control).count(result.control());
        }
        if (result.treatment() != null) {
            treatment.count(result.treatment());
        }
        if (result.assigned() != Group.SHADOW) {
            split().count(exposure.experiment(), result);
        } else if (result.second() == null) {
            Fallback why = result.fallback();
            shadow().shed(why == null ? "overload" : why.wireName());
        }
    }

    private ModelMeters control(String model) {
        return new ModelMeters(meters, model, Variant.CONTROL);
    }

    /** When the background call of a shadow or a pair has ended. */
    void completed(ServingResult result, Variant which, CallResult second) {
        if (result.assigned() == Group.SHADOW) {
            shadowed(result.control(), second);
        } else {
            split().paired(result, which, second.outcome());
        }
    }

    private void shadowed(@Nullable Outcome control, CallResult shadowed) {
        treatment.count(shadowed.outcome());
        if (shadowed.outcome().lackOfCapacity()) {
            shadow().shed(shadowed.withdrawn() == null ? "queue_full" : "cancelled");
        }
        if (control instanceof Outcome.Answered c && shadowed.outcome() instanceof Outcome.Answered t) {
            shadow().pair(c, t);
        }
    }

    /** Control answered a shadow request twice. */
    void repeated(boolean match) {
        shadow().repeated(match);
    }

    private SplitMeters split() {
        SplitMeters there = split;
        return there == null ? makeSplit() : there;
    }

    private synchronized SplitMeters makeSplit() {
        SplitMeters there = split;
        if (there == null) {
            there = new SplitMeters(meters, confidence, agreement);
            split = there;
        }
        return there;
    }

    private ShadowMeters shadow() {
        ShadowMeters there = shadow;
        return there == null ? makeShadow() : there;
    }

    private synchronized ShadowMeters makeShadow() {
        ShadowMeters there = shadow;
        if (there == null) {
            there = new ShadowMeters(meters, confidence, agreement);
            shadow = there;
        }
        return there;
    }

    /** The experiment was deleted. */
    void remove() {
        meters.remove();
    }
}
