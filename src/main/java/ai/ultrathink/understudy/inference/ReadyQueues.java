package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.Variant;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The queues that have work. Control comes before treatment, and treatment never holds the last thread, so that control always finds
 * one that is free or about to be. Not safe for use by several threads; the pool's lock guards it.
 */
final class ReadyQueues {

    private final ArrayDeque<RoleQueue> control = new ArrayDeque<>();
    private final ArrayDeque<RoleQueue> treatment = new ArrayDeque<>();
    private final int mostTreatment;
    private int busyWithTreatment;

    /** @param threads at least 2 */
    ReadyQueues(int threads) {
        this.mostTreatment = threads - 1;
    }

    void add(RoleQueue queue) {
        (queue.role() == Variant.CONTROL ? control : treatment).add(queue);
    }

    /** The next queue that may have a thread, which it holds until it is released; null when there is none. */
    @Nullable RoleQueue poll() {
        if (!control.isEmpty()) {
            return control.poll();
        }
        if (treatment.isEmpty() || busyWithTreatment >= mostTreatment) {
            return null;
        }
        busyWithTreatment++;
        return treatment.poll();
    }

    /** Gives a queue's thread back. Returns whether another queue may have been waiting for that. */
    boolean release(RoleQueue queue) {
        if (queue.role() == Variant.CONTROL) {
            return false;
        }
        busyWithTreatment--;
        return true;
    }
}
