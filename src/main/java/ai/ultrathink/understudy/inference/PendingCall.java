package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.outcome.Timing;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.nio.FloatBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** One request that waits for a model or runs in it. It ends exactly once: by the model, the deadline or the caller. */
final class PendingCall {

    private static final Logger LOG = Logger.getLogger(PendingCall.class);

    private final Features features;
    private final long askedNanos;
    private final long allowedNanos;
    private final long lateAfterNanos;
    private final CallWatch watch;
    private final UniEmitter<? super Outcome> emitter;
    private final AtomicBoolean ended = new AtomicBoolean();
    // written by the thread that checks deadlines
    private Timing timing = Timing.IN_TIME;

    /**
     * @param askedNanos on the ticker's clock
     * @param allowedNanos the time from then to the deadline
     */
    PendingCall(
            Features features,
            long askedNanos,
            long allowedNanos,
            CallWatch watch,
            UniEmitter<? super Outcome> emitter) {
        this.features = features;
        this.askedNanos = askedNanos;
        this.allowedNanos = allowedNanos;
        this.lateAfterNanos = Math.min(watch.lateAfterNanos(), allowedNanos);
        this.watch = watch;
        this.emitter = emitter;
        emitter.onTermination(() -> ended.set(true));
    }

    Features features() {
        return features;
    }

    /** The time that is left; negative if the deadline is over. */
    long leftNanos(long nowNanos) {
        return allowedNanos - (nowNanos - askedNanos);
    }

    boolean ended() {
        return ended.get();
    }

    /** Tells the watch the network's own numbers. */
    void scored(FloatBuffer values, int row) {
        watch.scored(values, row);
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
        if (!ended.get() && !watch.wanted()) {
            end(new Outcome.Rejected("cancelled while waiting: the answer was no longer wanted"));
        }
    }

    /**
     * Tells the watch when the call is late, and ends the call if its deadline has passed.
     *
     * @param passNanos how long the pass has lasted in which the call runs or for whose end it waits; 0 if there is none
     */
    void expire(long nowNanos, long passNanos) {
        if (ended.get()) {
            return;
        }
        long takenNanos = nowNanos - askedNanos;
        if (timing == Timing.IN_TIME && takenNanos >= lateAfterNanos) {
            timing = Timing.cause(passNanos, lateAfterNanos);
            watch.late(timing);
        }
        if (takenNanos >= allowedNanos) {
            long allowedMillis = TimeUnit.NANOSECONDS.toMillis(allowedNanos);
            end(timing == Timing.QUEUED ? new Outcome.Queued(allowedMillis) : new Outcome.TimedOut(allowedMillis));
        }
    }
}
