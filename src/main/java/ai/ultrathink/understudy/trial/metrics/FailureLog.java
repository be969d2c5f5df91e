package ai.ultrathink.understudy.trial.metrics;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.log.LogFields;
import ai.ultrathink.understudy.outcome.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs the failures of models: the first of its kind at once, and from then on at most one of each kind in ten seconds, with the
 * number of those that were left out. The rows have them all.
 */
@ApplicationScoped
public class FailureLog {

    private static final Logger LOG = Logger.getLogger(FailureLog.class);
    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    /** Versions times kinds: far more than a replica has. A bound all the same. */
    private static final int MOST = 1_000;

    private record Kind(ModelVersion model, String code) {}

    private static final class Said {
        private final AtomicLong notBefore;
        private final AtomicLong leftOut = new AtomicLong();

        private Said(long now) {
            this.notBefore = new AtomicLong(now);
        }
    }

    private final TimeSource time;
    private final Consumer<String> log;
    private final Map<Kind, Said> said = new ConcurrentHashMap<>();

    @Inject
    public FailureLog(TimeSource time) {
        this(time, LOG::warn);
    }

    public FailureLog(TimeSource time, Consumer<String> log) {
        this.time = time;
        this.log = log;
    }

    /** Logs the outcome of a model where it is a failure, unless such a line was written a moment ago. */
    void note(String testId, String requestId, @Nullable ModelVersion model, @Nullable Outcome outcome) {
        if (model != null && outcome instanceof Outcome.Failure failure) {
            failed(testId, requestId, model, failure);
        }
    }

    private void failed(String testId, String requestId, ModelVersion model, Outcome.Failure failure) {
        if (said.size() >= MOST) {
            said.clear();
        }
        long now = time.nanoTime();
        Said kind = said.computeIfAbsent(new Kind(model, failure.code()), first -> new Said(now));
        long notBefore = kind.notBefore.get();
        if (now - notBefore < 0 || !kind.notBefore.compareAndSet(notBefore, now + PAUSE_NANOS)) {
            kind.leftOut.incrementAndGet();
            return;
        }
        long leftOut = kind.leftOut.getAndSet(0);
        String line = "model %s gave test %s no answer (%s): %s%s"
                .formatted(
                        model.text(),
                        testId,
                        failure.code(),
                        failure.brief(),
                        leftOut == 0 ? "" : "; " + leftOut + " more of this kind since the last such line");
        LogFields.of(LogFields.TEST, testId).and(LogFields.REQUEST, requestId).tell(() -> log.accept(line));
    }
}
