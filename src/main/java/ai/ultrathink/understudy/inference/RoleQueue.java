package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Variant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bounded queue of one model in one role. At most one thread serves a lane at a time, so that what queues up meanwhile
 * becomes the next batch.
 */
final class RoleQueue {

    private final Model model;
    private final Variant role;
    private final ArrayBlockingQueue<PendingCall> waiting;
    private final BatchPace pace = new BatchPace();
    private final LongAdder answered = new LongAdder();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicReference<List<PendingCall>> running = new AtomicReference<>(List.of());

    RoleQueue(Model model, Variant role, int capacity) {
        this.model = model;
        this.role = role;
        this.waiting = new ArrayBlockingQueue<>(capacity);
    }

    Model model() {
        return model;
    }

    Variant role() {
        return role;
    }

    /** Queues a call, or returns false when the queue is full. */
    boolean offer(PendingCall call) {
        return waiting.offer(call);
    }

    /**
     * Whether those who came before take longer than a call has. It is told so at once: it would take the place of a call that
     * still can be answered, and end in nothing.
     */
    boolean tooLateFor(long allowedNanos) {
        int before = waiting.size() + running.get().size();
        return before > 0 && pace.nanosFor(before + 1) > allowedNanos;
    }

    /**
     * A batch took so long.
     *
     * @param inTime how many of its calls were answered before they ended otherwise
     */
    void served(int rows, long nanos, int inTime) {
        pace.batch(rows, nanos);
        answered.add(inTime);
    }

    /** How many calls were answered. */
    long answered() {
        return answered.sum();
    }

    boolean hasWork() {
        return !waiting.isEmpty();
    }

    /** Nothing waits and nothing runs. */
    boolean idle() {
        return !scheduled.get() && waiting.isEmpty();
    }

    /** True for the one caller who has to hand the lane to the pool. */
    boolean schedule() {
        return !scheduled.get() && scheduled.compareAndSet(false, true);
    }

    /** The pool gives the lane up; whoever offers next schedules it again. */
    void unschedule() {
        scheduled.set(false);
    }

    /** Moves what waits, up to {@code max}, to {@code batch}; calls that have ended or are not wanted are dropped. */
    void take(List<PendingCall> batch, int max) {
        while (batch.size() < max) {
            PendingCall call = waiting.poll();
            if (call == null) {
                return;
            }
            call.cancelUnwanted();
            if (!call.ended()) {
                batch.add(call);
            }
        }
    }

    /** What runs now, so that deadlines reach it as well; to be given back with {@link #ran}. */
    List<PendingCall> running(List<PendingCall> batch) {
        // a copy, because the worker still takes calls out of its own
        List<PendingCall> copy = List.copyOf(batch);
        running.set(copy);
        return copy;
    }

    /** A batch is over. A thread that lost the lane while it was stuck must not forget the batch of the one after it. */
    void ran(List<PendingCall> batch) {
        running.compareAndSet(batch, List.of());
    }

    /**
     * Ends every call whose deadline has passed, and every one that waits and is not wanted any more, and frees the places of
     * those that have ended.
     */
    void expire(long nowNanos) {
        for (PendingCall call : running.get()) {
            call.expire(nowNanos);
        }
        if (waiting.isEmpty()) {
            return;
        }
        waiting.forEach(call -> {
            call.expire(nowNanos);
            call.cancelUnwanted();
        });
        waiting.removeIf(PendingCall::ended);
    }
}
