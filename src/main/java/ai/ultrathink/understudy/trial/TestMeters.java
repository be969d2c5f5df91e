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
final class TestMeters {

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

    TestMeters(MeterRegistry registry, Experiment test) {
        this.meters = new RemovableMeters(registry, test.testId());
        this.predictions = new PredictionCounters(meters);
        this.treatment = new ModelMeters(meters, test.treatmentModel(), Variant.TREATMENT);
        this.confidence = new ConfidenceMeters(meters);
        this.agreement = new AgreementMeters(meters);
        if (test.shadow()) {
            shadow();
            predictions.counter(Group.SHADOW, Variant.CONTROL, null);
        } else {
            split();
            predictions.counter(Group.CONTROL, Variant.CONTROL, null);
            predictions.counter(Group.TREATMENT, Variant.TREATMENT, null);
        }
    }

    /** When the caller is answered. */
    void served(Turn turn, Performance performance) {
        predictions.count(performance.assigned(), performance.servedBy(), performance.fallback());
        if (performance.control() != null) {
            controls.computeIfAbsent(turn.control().name(), this::control).count(performance.control());
        }
        if (performance.treatment() != null) {
            treatment.count(performance.treatment());
        }
        if (performance.assigned() != Group.SHADOW) {
            split().count(turn.test(), performance);
        } else if (performance.second() == null) {
            Fallback why = performance.fallback();
            shadow().shed(why == null ? "overload" : why.wireName());
        }
    }

    private ModelMeters control(String model) {
        return new ModelMeters(meters, model, Variant.CONTROL);
    }

    /** When the second model of a shadow or a pair is done. */
    void seconded(Turn turn, Performance performance, Variant second, Outcome outcome) {
        if (performance.assigned() == Group.SHADOW) {
            shadowed(turn, performance.control(), outcome);
        } else {
            split().paired(performance, second, outcome);
        }
    }

    private void shadowed(Turn turn, @Nullable Outcome control, Outcome shadowed) {
        treatment.count(shadowed);
        if (shadowed instanceof Outcome.Rejected) {
            shadow().shed(turn.stillWanted() ? "queue_full" : "cancelled");
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
