package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A model in one role: what its probes have shown, and when it is asked next. Used under the lock of {@link Probes}. */
final class ProbedModel {

    private final String model;
    private final Variant role;
    private final ProbeRules rules;
    private final ProbeMeters meters;
    private volatile ProbeHistory findings;
    private @Nullable Instant askedVersion;
    private long dueNanos;
    private long answeredBefore;

    ProbedModel(String model, Variant role, ProbeRules rules, MeterRegistry registry) {
        this.model = model;
        this.role = role;
        this.rules = rules;
        this.findings = ProbeHistory.none(rules);
        this.meters = new ProbeMeters(registry, model, role, () -> findings.failing() != null);
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

    /** Why the model must not answer callers: its own answers are wrong. Null when nothing shows that. */
    @Nullable String wrong() {
        ProbeHistory now = findings;
        return now.wrong() ? now.failing() : null;
    }

    ProbeStatus status() {
        return new ProbeStatus(model, role, findings.failing());
    }

    /** Whether it is time, which it is at once for a version that was never asked. */
    boolean due(Instant version, long nowNanos) {
        return !version.equals(askedVersion) || nowNanos - dueNanos >= 0;
    }

    /** @param answered requests so far, in this role */
    void asked(Instant version, long nowNanos, long answered) {
        answeredBefore = answered;
        askedVersion = version;
        dueNanos = nowNanos + rules.everyNanos();
    }

    /** Takes in what came of a probe, and returns what is to be thought of the model now. */
    ProbeHistory learn(Outcome outcome, long nowNanos, long answered) {
        meters.count(outcome);
        findings = answered > answeredBefore ? findings.afterOneAmongRequests(outcome) : findings.after(outcome);
        dueNanos = nowNanos + findings.pauseNanos();
        return findings;
    }

    void forget() {
        meters.remove();
    }
}
