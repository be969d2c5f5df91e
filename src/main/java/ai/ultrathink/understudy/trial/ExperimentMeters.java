package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Fallback;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one test tells Prometheus. What a sound test counts is registered when this is made: a share of what was never exported
 * is not 0 but unknown, and Prometheus does not see how a series came to its first value.
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
    void served(PredictionContext context, ServingResult result) {
        predictions.count(result.assigned(), result.servedBy(), result.fallback());
        if (result.control() != null) {
            controls.computeIfAbsent(context.control().name(), this::control).count(result.control());
        }
        if (result.treatment() != null) {
            treatment.count(result.treatment());
        }
        if (result.assigned() != Group.SHADOW) {
            split().count(context.experiment(), result);
        } else if (result.second() == null) {
            Fallback why = result.fallback();
            shadow().shed(why == null ? "overload" : why.wireName());
        }
    }

    private ModelMeters control(String model) {
        return new ModelMeters(meters, model, Variant.CONTROL);
    }

    /** When the second model of a shadow or a pair is done. */
    void seconded(PredictionContext context, ServingResult result, Variant second, Outcome outcome) {
        if (result.assigned() == Group.SHADOW) {
            shadowed(context, result.control(), outcome);
        } else {
            split().paired(result, second, outcome);
        }
    }

    private void shadowed(PredictionContext context, @Nullable Outcome control, Outcome shadowed) {
        treatment.count(shadowed);
        if (shadowed instanceof Outcome.Rejected) {
            shadow().shed(context.stillWanted() ? "queue_full" : "cancelled");
        }
        if (control instanceof Outcome.Answered c && shadowed instanceof Outcome.Answered t) {
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

    /** The test is gone. */
    void remove() {
        meters.remove();
    }
}
