package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.DistributionSummary;

/**
 * How sure the two models of an experiment are of their answers. In percent, because Micrometer's buckets tell whole numbers apart and no
 * others.
 */
final class ConfidenceMeters {

    /** Mostly from a third, where three actions are equally likely, to certainty. */
    private static final double[] BOUNDS = {10, 20, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100};

    private final DistributionSummary control;
    private final DistributionSummary treatment;

    ConfidenceMeters(RemovableMeters meters) {
        this.control = of(Variant.CONTROL, meters);
        this.treatment = of(Variant.TREATMENT, meters);
    }

    private static DistributionSummary of(Variant role, RemovableMeters meters) {
        return meters.histogram(ServiceMetric.CONFIDENCE, role, BOUNDS);
    }

    void count(Variant role, Outcome.Answered answered) {
        (role == Variant.CONTROL ? control : treatment).record(answered.answer().confidence() * 100.0);
    }
}
