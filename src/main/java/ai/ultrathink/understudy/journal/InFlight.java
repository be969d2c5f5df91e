package ai.ultrathink.understudy.journal;

import io.smallrye.mutiny.subscription.Cancellable;
import java.util.ArrayDeque;

/**
 * Batches that are being stored. They begin in the order of reading and end in any order. Entries before the oldest
 * unfinished batch may be released. Thread-safe.
 */
final class InFlight {
    /** One batch of entries, before {@code end}. */
    static final class Batch {
        private final Position end;
        private Cancellable delivery = () -> {};
        private boolean stored;

        private Batch(Position end) {
            this.end = end;
        }
    }

    private final ArrayDeque<Batch> batches = new ArrayDeque<>();
    private Position releasable;

    /** @param releasable everything before it is released already */
    InFlight(Position releasable) {
        this.releasable = releasable;
    }

    /** Begins a batch of the entries read since the last batch. Its end is not before the last batch's. */
    synchronized Batch begin(Position end) {
        Batch batch = new Batch(end);
        batches.addLast(batch);
        return batch;
    }

    /** Registers what to cancel when the batch is abandoned. */
    synchronized void underWay(Batch batch, Cancellable delivery) {
        batch.delivery = delivery;
    }

    /** Abandons all unfinished batches. None of their entries is released. */
    synchronized void abandon() {
        batches.forEach(batch -> batch.delivery.cancel());
    }

    /** Ends a stored batch. Returns the position to release up to, which may be the same as before. */
    synchronized Position stored(Batch batch) {
        batch.stored = true;
        while (!batches.isEmpty() && batches.getFirst().stored) {
            releasable = batches.removeFirst().end;
        }
        return releasable;
    }

    /** Number of batches from the oldest unfinished one on. */
    synchronized int size() {
        return batches.size();
    }
}
