package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** One request that waits for a model or runs in it. Ends once, whoever ends it first: model, deadline or the caller. */
final class Call {

    private static final Logger LOG = Logger.getLogger(Call.class);

    private final Features features;
    private final long deadlineNanos;
    private final long allowedMillis;
    private final UniEmitter<? super Outcome> emitter;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param deadlineNanos on the ticker's clock
     * @param allowedMillis what the caller gave, to say so when it is over
     */
    Call(Features features, long deadlineNanos, long allowedMillis, UniEmitter<? super Outcome> emitter) {
        this.features = features;
        this.deadlineNanos = deadlineNanos;
        this.allowedMillis = allowedMillis;
        this.emitter = emitter;
        emitter.onTermination(() -> ended.set(true));
    }

    Features features() {
        return features;
    }

    boolean ended() {
        return ended.get();
    }

    void end(Outcome outcome) {
        if (ended.compareAndSet(false, true)) {
            try {
                emitter.complete(outcome);
            } catch (RuntimeException e) {
                LOG.error("a caller broke on its answer; this is a bug, please report it", e);
            }
        }
    }

    /** Ends the call when its time is over. */
    void expire(long nowNanos) {
        if (nowNanos - deadlineNanos >= 0 && !ended.get()) {
            end(new Outcome.TimedOut(allowedMillis));
        }
    }
}
