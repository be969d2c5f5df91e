package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.outcome.Outcome;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch of a queue on its way through the worker, as one pass or as several. Used by one thread at a time: that of the queues,
 * or the one that reads the reply to the pass that is under way.
 */
final class WorkerTurn {

    private final RoleQueue queue;
    private final LoadedModel model;
    private final WorkerCopy copy;
    private final RunningPass running;
    private final Deque<List<PendingCall>> left = new ArrayDeque<>();
    private final long startNanos;
    private int inTime;

    /** @param passes the calls of each pass, in order */
    WorkerTurn(RoleQueue queue, LoadedModel model, WorkerCopy copy, List<List<PendingCall>> passes, long startNanos) {
        this.queue = queue;
        this.model = model;
        this.copy = copy;
        this.startNanos = startNanos;
        this.running = queue.running(passes.stream().flatMap(List::stream).toList(), startNanos);
        left.addAll(passes);
    }

    RoleQueue queue() {
        return queue;
    }

    LoadedModel model() {
        return model;
    }

    WorkerCopy copy() {
        return copy;
    }

    /** The calls of the next pass that still wait for an answer, or null if there are no more. */
    @Nullable List<PendingCall> next() {
        while (!left.isEmpty()) {
            List<PendingCall> calls =
                    left.removeFirst().stream().filter(call -> !call.ended()).toList();
            if (!calls.isEmpty()) {
                return calls;
            }
        }
        return null;
    }

    /** One row on which the model fails must not fail the others, so each runs alone. */
    void retryAlone(Collection<PendingCall> calls) {
        for (PendingCall call : calls) {
            left.addFirst(List.of(call));
        }
    }

    void answered(PendingCall call, Outcome outcome) {
        if (call.end(outcome) && outcome instanceof Outcome.Answered) {
            inTime++;
        }
    }

    /** Ends all calls that have no answer yet, and returns their number. */
    int fail(Outcome outcome) {
        left.clear();
        int ended = 0;
        for (PendingCall call : running.calls()) {
            ended += call.end(outcome) ? 1 : 0;
        }
        return ended;
    }

    /** Gives the model back and notes how long the batch took. */
    void end(long nowNanos) {
        queue.served(running.calls().size(), nowNanos - startNanos, inTime);
        queue.ran(running);
        model.release();
    }
}
