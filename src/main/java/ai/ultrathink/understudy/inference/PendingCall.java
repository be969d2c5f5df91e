package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** One request that waits for a model or runs in it. It ends exactly once: by the model, the deadline or the caller. */
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
     * @param allowedMillis the caller's limit, for the message of a timeout
     * @param wanted false once the answer is no longer wanted
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

    /** Ends the call; false if it had ended before. */
    boolean end(Outcome outcome) {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        try {
            emitter.complete(outcome);
        } catch (RuntimeException | Error e) {
            // also an Error: it must not affect the thread or the other calls of the batch
            LOG.error("completing a prediction failed; this is a bug, please report it", e);
        }
        return true;
    }

    /** Ends the call before the model runs, if its answer is no longer wanted. */
    void cancelUnwanted() {
        if (!ended.get() && !wanted.getAsBoolean()) {
            end(new Outcome.Rejected("cancelled while waiting: the answer was no longer wanted"));
        }
    }

    /** Ends the call if its deadline has passed. */
    void expire(long nowNanos) {
        if (nowNanos - deadlineNanos >= 0 && !ended.get()) {
            end(new Outcome.TimedOut(allowedMillis));
        }
    }
}
