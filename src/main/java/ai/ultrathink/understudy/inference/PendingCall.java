package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** One request that waits for a model or runs in it. Ends once, whoever ends it first: model, deadline or the caller. */
final class PendingCall {

    private static final Logger LOG = Logger.getLogger(PendingCall.class);

    private final Features features;
    private final long deadlineNanos;
    private final long allowedMillis;
    private final BooleanSupplier wanted;
    private final UniEmitter<? super Outcome> emitter;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param deadlineNanos on the ticker's clock
     * @param allowedMillis what the caller gave, to say so when it is over
     * @param wanted false once nobody wants the answer any more
     */
    PendingCall(
            Features features,
            long deadlineNanos,
            long allowedMillis,
            BooleanSupplier wanted,
            UniEmitter<? super Outcome> emitter) {
        this.features = features;
        this.deadlineNanos = deadlineNanos;
        this.allowedMillis = allowedMillis;
        this.wanted = wanted;
        this.emitter = emitter;
        emitter.onTermination(() -> ended.set(true));
    }

    Features features() {
        return features;
    }

    boolean ended() {
        return ended.get();
    }

    /** False when it had ended before. */
    boolean end(Outcome outcome) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        try {
            emitter.complete(outcome);
        } catch (RuntimeException | Error e) {
            // an Error as well: the thread and the other calls of the batch are not the caller's
            LOG.error("a caller broke on its answer; this is a bug, please report it", e);
        }
        return true;
    }

    /** Ends the call when its answer is not wanted any more, before the model is asked for it. */
    void cancelUnwanted() {
        if (!ended.get() && !wanted.getAsBoolean()) {
            end(new Outcome.Rejected("cancelled while it waited: the answer was not wanted any more"));
        }
    }

    /** Ends the call when its time is over. */
    void expire(long nowNanos) {
        if (nowNanos - deadlineNanos >= 0 && !ended.get()) {
            end(new Outcome.TimedOut(allowedMillis));
        }
    }
}
