package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Results of the probes of one model in one role so far. Immutable.
 *
 * <p>A single wrong answer is enough to fail a model. A timeout or a full queue may be due to load: it counts only
 * several times in a row, and not at all while requests are answered.
 *
 * @param missed probes in a row without an answer
 * @param failing why the model is failing, or null if it is not
 * @param wrong whether it is failing because its last answer was not the golden one
 * @param pauseNanos the time to the next probe
 */
record ProbeHistory(ProbeRules rules, int missed, @Nullable String failing, boolean wrong, long pauseNanos) {

    static ProbeHistory none(ProbeRules rules) {
        return new ProbeHistory(rules, 0, null, false, rules.everyNanos());
    }

    ProbeHistory after(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered answered -> none(rules);
            case Outcome.Failed failed -> its(failed, false);
            case Outcome.Invalid invalid -> its(invalid, true);
            case Outcome.TimedOut late -> noAnswer(late);
            case Outcome.Queued queued -> noAnswer(queued);
            case Outcome.Rejected rejected -> noAnswer(rejected);
        };
    }

    /** The history after a probe during which requests were answered: a missing answer then only shows load. */
    ProbeHistory afterOneAmongRequests(Outcome outcome) {
        boolean load = outcome instanceof Outcome.TimedOut || outcome.lackOfCapacity();
        if (!load) {
            return after(outcome);
        }
        boolean itsOwn = failing != null && missed < rules.misses();
        return itsOwn ? new ProbeHistory(rules, 0, failing, wrong, rules.everyNanos()) : none(rules);
    }

    private ProbeHistory its(Outcome.Failure failure, boolean wrongAnswer) {
        return new ProbeHistory(rules, 0, failure.detail(), wrongAnswer, rules.everyNanos());
    }

    private ProbeHistory noAnswer(Outcome.Failure failure) {
        int now = missed + 1;
        if (now < rules.misses()) {
            return new ProbeHistory(rules, now, failing, wrong, rules.everyNanos());
        }
        String reason = now + " probes in a row without an answer, the last: " + failure.detail();
        return new ProbeHistory(rules, now, reason, false, Math.min(2 * pauseNanos, rules.everyAtMostNanos()));
    }
}
