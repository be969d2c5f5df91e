package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the pairs of one shadow experiment tell Prometheus, and the shadows that were left out. */
final class ShadowMeters {

    private final RemovableMeters meters;
    private final ConfidenceMeters confidence;
    private final AgreementMeters agreement;
    private final Map<String, Counter> shed = new ConcurrentHashMap<>();
    private final Map<Boolean, Counter> noise = new ConcurrentHashMap<>();

    ShadowMeters(RemovableMeters meters, ConfidenceMeters confidence, AgreementMeters agreement) {
        this.meters = meters;
        this.confidence = confidence;
        this.agreement = agreement;
    }

    /** Both answered: only then are they compared, so that neither has the other's easier questions. */
    void pair(Outcome.Answered control, Outcome.Answered treatment) {
        agreement.count(control, treatment);
        confidence.count(Variant.CONTROL, control);
        confidence.count(Variant.TREATMENT, treatment);
    }

    /** Control answered twice. An experiment of which no request is repeated has no such counters. */
    void repeated(boolean match) {
        noise.computeIfAbsent(match, same -> meters.counter(ServiceMetric.NOISE, "match", String.valueOf(same)))
                .increment();
    }

    /** The treatment did not run. */
    void shed(String reason) {
        shed.computeIfAbsent(reason, why -> meters.counter(ServiceMetric.SHADOW_SHED, "reason", why))
                .increment();
    }
}
