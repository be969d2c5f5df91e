package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.DistributionSummary;

/** How sure the two models of a test are of their answers. */
final class ConfidenceMeters {

    /** From a third, where the three actions are equally likely, to certainty. */
    private static final double[] BOUNDS = {0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1};

    private final DistributionSummary control;
    private final DistributionSummary treatment;

    ConfidenceMeters(RemovableMeters meters) {
        this.control = of(Variant.CONTROL, meters);
        this.treatment = of(Variant.TREATMENT, meters);
    }

    private static DistributionSummary of(Variant role, RemovableMeters meters) {
        return meters.histogram("understudy.confidence", role, BOUNDS);
    }

    void count(Variant role, Outcome.Answered answered) {
        (role == Variant.CONTROL ? control : treatment).record(answered.answer().confidence());
    }
}
