package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What the probes of a model in one role have shown so far. Immutable.
 *
 * <p>A wrong answer is the model's own, and one is enough. No answer in time, or no place in the queue, may be the fault of
 * too much work, and counts only when it happens several times in a row: a replica under load must not be taken out of service
 * by its own probe.
 *
 * @param missed probes in a row without an answer
 * @param failing why the model is failing, or null when it is not
 * @param pauseNanos to the next probe
 */
record Findings(ProbeRules rules, int missed, @Nullable String failing, long pauseNanos) {

    static Findings none(ProbeRules rules) {
        return new Findings(rules, 0, null, rules.everyNanos());
    }

    Findings after(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered answered -> none(rules);
            case Outcome.Failed failed -> wrong(failed);
            case Outcome.Invalid invalid -> wrong(invalid);
            case Outcome.TimedOut late -> noAnswer(late);
            case Outcome.Rejected rejected -> noAnswer(rejected);
        };
    }

    private Findings wrong(Outcome.Failure failure) {
        return new Findings(rules, 0, failure.detail(), rules.everyNanos());
    }

    private Findings noAnswer(Outcome.Failure failure) {
        int now = missed + 1;
        if (now < rules.misses()) {
            return new Findings(rules, now, failing, rules.everyNanos());
        }
        String reason = now + " probes in a row without an answer, the last: " + failure.detail();
        return new Findings(rules, now, reason, Math.min(2 * pauseNanos, rules.everyAtMostNanos()));
    }
}
