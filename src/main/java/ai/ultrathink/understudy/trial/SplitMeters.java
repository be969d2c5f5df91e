package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Group;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;

/** What the assignments and the pairs of one traffic split tell Prometheus. */
final class SplitMeters {

    private final SeenSplit seen = new SeenSplit();
    private final Counter expected;
    private final ConfidenceMeters confidence;
    private final PairMeters pairs;

    SplitMeters(RemovableMeters meters, ConfidenceMeters confidence, AgreementMeters agreement) {
        this.expected = meters.counter("understudy.split.expected");
        this.confidence = confidence;
        this.pairs = new PairMeters(meters, agreement);
        meters.gauge("understudy.split.seen", seen, SeenSplit::fraction);
        meters.gauge("understudy.split.configured", seen, SeenSplit::configured);
    }

    /** When the caller is answered. */
    void count(Experiment test, Performance performance) {
        boolean toTreatment = performance.assigned() == Group.TREATMENT;
        seen.count(test, toTreatment);
        expected.increment(test.split().fraction());
        Variant drawn = toTreatment ? Variant.TREATMENT : Variant.CONTROL;
        if (performance.servedBy() == drawn && performance.served() instanceof Outcome.Answered answered) {
            confidence.count(drawn, answered);
        }
        pairs.served(performance);
    }

    /** When the second model of a pair is done. Its figures are no part of its arm's, which has requests of its own. */
    void paired(Performance performance, Variant second, Outcome outcome) {
        pairs.seconded(performance, second, outcome);
    }
}
