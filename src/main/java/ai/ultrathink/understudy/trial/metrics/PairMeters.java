package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Pairing;
import ai.ultrathink.understudy.trial.exposure.ServingResult;
import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Results of asking the second model of the pairs in a split. */
final class PairMeters {

    private static final String BOTH_ANSWERED = Pairing.PAIRED.wireName();

    private final RemovableMeters meters;
    private final AgreementMeters agreement;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    PairMeters(RemovableMeters meters, AgreementMeters agreement) {
        this.meters = meters;
        this.agreement = agreement;
        count(BOTH_ANSWERED, 0);
        count(Pairing.SHED.wireName(), 0);
    }

    /** When the caller is answered. */
    void served(ServingResult result) {
        Pairing pairing = result.pairing();
        if (pairing != null && pairing != Pairing.PAIRED) {
            count(pairing.wireName(), 1);
        } else if (pairing != null && result.second() == null) {
            compare(result.control(), result.treatment());
        }
    }

    /** When the second model is done. */
    void seconded(ServingResult result, Variant second, Outcome outcome) {
        if (outcome.lackOfCapacity()) {
            count(Pairing.SHED.wireName(), 1);
        } else if (second == Variant.CONTROL) {
            compare(outcome, result.treatment());
        } else {
            compare(result.control(), outcome);
        }
    }

    private void compare(@Nullable Outcome control, @Nullable Outcome treatment) {
        if (control instanceof Outcome.Answered c && treatment instanceof Outcome.Answered t) {
            agreement.count(c, t);
            count(BOTH_ANSWERED, 1);
        } else if (control instanceof Outcome.Answered) {
            count("treatment_failed", 1);
        } else {
            count(treatment instanceof Outcome.Answered ? "control_failed" : "both_failed", 1);
        }
    }

    private void count(String result, int more) {
        counters.computeIfAbsent(result, key -> meters.counter(ServiceMetric.PAIRS, "result", key))
                .increment(more);
    }
}
