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
    // a test stays in the mode in which it was created: one of the two is there
    private final @Nullable SplitMeters split;
    private final @Nullable ShadowMeters shadow;

    TestMeters(MeterRegistry registry, Experiment test) {
        this.meters = new RemovableMeters(registry, test.testId());
        this.predictions = new PredictionCounters(meters);
        this.treatment = new ModelMeters(meters, test.treatmentModel(), Variant.TREATMENT);
        ConfidenceMeters confidence = new ConfidenceMeters(meters);
        this.split = test.shadow() ? null : new SplitMeters(meters, confidence);
        this.shadow = test.shadow() ? new ShadowMeters(meters, confidence) : null;
        if (test.shadow()) {
            predictions.counter(Group.SHADOW, Variant.CONTROL, null);
        } else {
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
        if (split != null) {
            split.count(turn.test(), performance);
        }
        if (shadow != null && performance.running() == null) {
            Fallback why = performance.fallback();
            shadow.shed(why == null ? "overload" : why.wireName());
        }
    }

    private ModelMeters control(String model) {
        return new ModelMeters(meters, model, Variant.CONTROL);
    }

    /** When a shadow's treatment is done. */
    void shadowed(Turn turn, @Nullable Outcome control, Outcome shadowed) {
        treatment.count(shadowed);
        if (shadow == null) {
            return;
        }
        if (shadowed instanceof Outcome.Rejected) {
            shadow.shed(turn.stillWanted() ? "queue_full" : "cancelled");
        }
        if (control instanceof Outcome.Answered c && shadowed instanceof Outcome.Answered t) {
            shadow.pair(c, t);
        }
    }

    /** When control has answered a shadow's request a second time. */
    void repeated(boolean match) {
        if (shadow != null) {
            shadow.repeated(match);
        }
    }

    /** The test is gone. */
    void remove() {
        meters.remove();
    }
}
