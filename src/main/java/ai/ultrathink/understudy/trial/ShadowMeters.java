package ai.ultrathink.understudy.trial;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Comparison;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the pairs of one shadow test tell Prometheus, and the shadows that were left out. */
final class ShadowMeters {

    private final RemovableMeters meters;
    private final ConfidenceMeters confidence;
    private final Counter agreed;
    private final Counter disagreed;
    private final Map<String, Counter> shed = new ConcurrentHashMap<>();
    private final Map<Boolean, Counter> noise = new ConcurrentHashMap<>();

    ShadowMeters(RemovableMeters meters, ConfidenceMeters confidence) {
        this.meters = meters;
        this.confidence = confidence;
        this.agreed = meters.counter("understudy.agreement", "match", "true");
        this.disagreed = meters.counter("understudy.agreement", "match", "false");
    }

    /** Both answered: only then are they compared, so that neither has the other's easier questions. */
    void pair(Outcome.Answered control, Outcome.Answered treatment) {
        (Comparison.of(control, treatment).actionsMatch() ? agreed : disagreed).increment();
        confidence.count(Variant.CONTROL, control);
        confidence.count(Variant.TREATMENT, treatment);
    }

    /** Control answered twice. A test of which no request is repeated has no such counters. */
    void repeated(boolean match) {
        noise.computeIfAbsent(match, same -> meters.counter("understudy.noise", "match", String.valueOf(same)))
                .increment();
    }

    /** The treatment did not run. */
    void shed(String reason) {
        shed.computeIfAbsent(reason, why -> meters.counter("understudy.shadow.shed", "reason", why))
                .increment();
    }
}
