package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.micrometer.core.instrument.Counter;

/** The observed split of one experiment, the confidences of its two groups, and its pairs. */
final class SplitMeters {

    private final ObservedSplit seen = new ObservedSplit();
    private final Counter expected;
    private final ConfidenceMeters confidence;
    private final PairMeters pairs;

    SplitMeters(RemovableMeters meters, ConfidenceMeters confidence, AgreementMeters agreement) {
        this.expected = meters.counter(ServiceMetric.SPLIT_EXPECTED);
        this.confidence = confidence;
        this.pairs = new PairMeters(meters, agreement);
        meters.gauge(ServiceMetric.SPLIT_SEEN, seen, ObservedSplit::fraction);
        meters.gauge(ServiceMetric.SPLIT_CONFIGURED, seen, ObservedSplit::configured);
    }

    /** When the caller is answered. */
    void count(Experiment experiment, ServingResult result) {
        boolean toTreatment = result.assigned() == Group.TREATMENT;
        seen.count(experiment, toTreatment);
        expected.increment(experiment.split().fraction());
        Variant drawn = toTreatment ? Variant.TREATMENT : Variant.CONTROL;
        if (result.servedBy() == drawn && result.served() instanceof Outcome.Answered answered) {
            confidence.count(drawn, answered);
        }
        pairs.served(result);
    }

    /** When the second model of a pair is done. Its figures are no part of its arm's, which has requests of its own. */
    void paired(ServingResult result, Variant second, Outcome outcome) {
        pairs.seconded(result, second, outcome);
    }
}
