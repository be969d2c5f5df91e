package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;

/** How often the two models of an experiment choose the same action: of shadow requests, and of the pairs of a split. */
final class AgreementMeters {

    private final Counter agreed;
    private final Counter disagreed;

    AgreementMeters(RemovableMeters meters) {
        this.agreed = meters.counter(ServiceMetric.AGREEMENT, "match", "true");
        this.disagreed = meters.counter(ServiceMetric.AGREEMENT, "match", "false");
    }

    void count(Outcome.Answered control, Outcome.Answered treatment) {
        (Comparison.of(control, treatment).actionsMatch() ? agreed : disagreed).increment();
    }
}
