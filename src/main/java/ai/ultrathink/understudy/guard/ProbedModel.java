package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model in one role: the results of its probes, and the time of the next one. Accessed under the lock of {@link
 * Probes}.
 */
final class ProbedModel {

    private final String model;
    private final Variant role;
    private final ProbeRules rules;
    private final ProbeMeters meters;
    private volatile ProbeHistory history;
    private @Nullable Instant askedVersion;
    private long dueNanos;
    private long answeredBefore;

    ProbedModel(String model, Variant role, ProbeRules rules, MeterRegistry registry) {
        this.model = model;
        this.role = role;
        this.rules = rules;
        this.history = ProbeHistory.none(rules);
        this.meters = new ProbeMeters(registry, model, role, () -> history.failing() != null);
    }

    String model() {
        return model;
    }

    Variant role() {
        return role;
    }

    Duration deadline() {
        return rules.deadline();
    }

    /** Why the model must not answer callers, because its golden answer is wrong; null if it may. */
    @Nullable String wrong() {
        ProbeHistory now = history;
        return now.wrong() ? now.failing() : null;
    }

    ProbeStatus status() {
        return new ProbeStatus(model, role, history.failing());
    }

    /** Whether a probe is due; for a version that was never asked, at once. */
    boolean due(Instant version, long nowNanos) {
        return !version.equals(askedVersion) || nowNanos - dueNanos >= 0;
    }

    /** @param answered the number of answered requests so far, in this role */
    void asked(Instant version, long nowNanos, long answered) {
        answeredBefore = answered;
        askedVersion = version;
        dueNanos = nowNanos + rules.everyNanos();
    }

    /** Records the outcome of a probe, and returns the new history. */
    ProbeHistory learn(Outcome outcome, long nowNanos, long answered) {
        meters.count(outcome);
        history = answered > answeredBefore ? history.afterOneAmongRequests(outcome) : history.after(outcome);
        dueNanos = nowNanos + history.pauseNanos();
        return history;
    }

    void forget() {
        meters.remove();
    }
}
