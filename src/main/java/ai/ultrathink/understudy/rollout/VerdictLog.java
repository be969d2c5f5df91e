package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.Verdict;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.log.LogFields;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Logs each verdict that is another one than before, with its reasons. A new leader begins with what it finds, without a line. */
final class VerdictLog {

    private static final Logger LOG = Logger.getLogger(VerdictLog.class);

    /** Far more experiments than a leader evaluates. A bound all the same. */
    private static final int MOST = 10_000;

    private final Consumer<String> log;
    private final Map<String, Verdict> known = new ConcurrentHashMap<>();

    VerdictLog() {
        this(LOG::info);
    }

    VerdictLog(Consumer<String> log) {
        this.log = log;
    }

    void evaluated(String testId, Evaluation evaluation) {
        if (known.size() >= MOST) {
            known.clear();
        }
        Verdict now = evaluation.verdict();
        Verdict before = known.put(testId, now);
        if (before != null && before != now) {
            tell(testId, before, evaluation);
        }
    }

    private void tell(String testId, Verdict before, Evaluation evaluation) {
        String line = "the verdict on test %s is %s, and was %s: %s"
                .formatted(
                        testId,
                        evaluation.verdict().wireName(),
                        before.wireName(),
                        String.join("; ", evaluation.reasons()));
        LogFields.of(LogFields.TEST, testId)
                .and(LogFields.ACTOR, Actors.GUARDRAILS)
                .tell(() -> log.accept(line));
    }

    /** The experiment is not evaluated now. */
    void forget(String testId) {
        known.remove(testId);
    }
}
