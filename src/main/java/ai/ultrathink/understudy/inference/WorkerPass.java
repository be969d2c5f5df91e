package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.worker.WorkerLife;
import java.util.List;

/**
 * A forward pass that a worker was asked for.
 *
 * @param life the worker that was asked
 */
record WorkerPass(WorkerLife life, WorkerTurn turn, List<PendingCall> calls, long sentNanos) {

    WorkerPass {
        calls = List.copyOf(calls);
    }
}
