package ai.ultrathink.understudy.rollout;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Logs why experiments cannot be evaluated: one line when the reason changes and one when it is gone. */
final class EvaluationProblems {

    private static final Logger LOG = Logger.getLogger(EvaluationProblems.class);
    private static final String ALL = "";

    private final RolloutMetrics metrics;
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private volatile boolean ended;

    EvaluationProblems(RolloutMetrics metrics) {
        this.metrics = metrics;
    }

    /** The experiments can be evaluated. */
    void recovered() {
        recovered(ALL);
    }

    void recovered(String testId) {
        if (problems.remove(testId) != null) {
            LOG.infof("%s evaluated again", subject(testId));
        }
    }

    /** No experiment can be evaluated. */
    void failed(Throwable failure) {
        failed(ALL, failure);
    }

    void failed(String testId, Throwable failure) {
        if (ended) {
            return;
        }
        metrics.failed(testId);
        String problem = String.valueOf(failure.getMessage());
        if (!problem.equals(problems.put(testId, problem))) {
            LOG.warnf("%s not evaluated at present: %s", subject(testId), problem);
        }
    }

    /** Drops what is known of other experiments. */
    void retain(Set<String> testIds) {
        problems.keySet().removeIf(testId -> !testId.equals(ALL) && !testIds.contains(testId));
    }

    /** Called when the service stops: a running evaluation loses its database, which is not a problem. */
    void end() {
        ended = true;
    }

    private static String subject(String testId) {
        return testId.equals(ALL) ? "the running experiments are" : "experiment " + testId + " is";
    }
}
