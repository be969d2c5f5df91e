package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Variant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The bounded queue of one model in one role. At most one thread serves a queue at a time, so that the calls that
 * arrive meanwhile become the next batch.
 */
final class RoleQueue {

    private final Model model;
    private final Variant role;
    private final ArrayBlockingQueue<PendingCall> waiting;
    private final BatchPace pace = new BatchPace();
    private final LongAdder answered = new LongAdder();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    // one, unless the model is on another machine
    private final AtomicReference<List<RunningPass>> running = new AtomicReference<>(List.of());

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
     * Whether the calls ahead take longer than this call may wait. It is then rejected at once, instead of taking the
     * place of a call that can still be answered.
     */
    boolean tooLateFor(long allowedNanos) {
        int before = waiting.size();
        for (RunningPass pass : running.get()) {
            before += pass.calls().size();
        }
        return before > 0 && pace.nanosFor(before + 1) > allowedNanos;
    }

    /**
     * Records the duration of a batch.
     *
     * @param inTime the number of its calls that were answered in time
     */
    void served(int rows, long nanos, int inTime) {
        pace.batch(rows, nanos);
        answered.add(inTime);
    }

    /** The number of calls that were answered. */
    long answered() {
        return answered.sum();
    }

    boolean hasWork() {
        return !waiting.isEmpty();
    }

    /** Whether no call waits or runs. */
    boolean idle() {
        return !scheduled.get() && waiting.isEmpty();
    }

    /** True for the one caller who has to give the queue to the pool. */
    boolean schedule() {
        return !scheduled.get() && scheduled.compareAndSet(false, true);
    }

    /** The pool gives up the queue; the next call that is offered schedules it again. */
    void unschedule() {
        scheduled.set(false);
    }

    /**
     * Moves up to {@code max} waiting calls to {@code batch}; calls that have ended or are no longer wanted are
     * dropped.
     */
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

    /**
     * Registers the pass of a thread, so that deadlines also apply to its calls; ended by {@link #ran}. It replaces the pass of a
     * thread that lost the queue while it was stuck.
     */
    RunningPass running(List<PendingCall> batch, long nowNanos) {
        RunningPass pass = new RunningPass(batch, nowNanos, null);
        // mostly it is the only one: no streams then
        running.updateAndGet(passes ->
                passes.isEmpty() ? List.of(pass) : with(passes.stream().filter(RunningPass::canEnd), pass));
        return pass;
    }

    /**
     * Registers a pass beside others.
     *
     * @param whenUnwanted called once, when no call waits for it any longer
     */
    RunningPass alsoRunning(List<PendingCall> batch, long nowNanos, Runnable whenUnwanted) {
        RunningPass pass = new RunningPass(batch, nowNanos, whenUnwanted);
        running.updateAndGet(passes -> with(passes.stream(), pass));
        return pass;
    }

    private static List<RunningPass> with(Stream<RunningPass> passes, RunningPass next) {
        return Stream.concat(passes, Stream.of(next)).toList();
    }

    /** Ends a pass. A thread that lost the queue while it was stuck does not end the pass of its successor. */
    void ran(RunningPass ended) {
        running.updateAndGet(passes -> passes.size() == 1 && passes.getFirst() == ended
                ? List.of()
                : passes.stream().filter(pass -> pass != ended).toList());
    }

    /**
     * Ends every call whose deadline has passed and every waiting call that is no longer wanted, and frees their
     * places.
     */
    void expire(long nowNanos) {
        long longest = 0;
        for (RunningPass pass : running.get()) {
            pass.expire(nowNanos);
            longest = Math.max(longest, pass.lastedNanos(nowNanos));
        }
        long passNanos = longest;
        if (waiting.isEmpty()) {
            return;
        }
        waiting.forEach(call -> {
            call.expire(nowNanos, passNanos);
            call.cancelUnwanted();
        });
        waiting.removeIf(PendingCall::ended);
    }
}
