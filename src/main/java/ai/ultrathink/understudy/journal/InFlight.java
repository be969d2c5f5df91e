package ai.ultrathink.understudy.journal;

import io.smallrye.mutiny.subscription.Cancellable;
import java.util.ArrayDeque;

/**
 * The batches on their way to the database. They are begun in the order of reading and end in any order; what may be
 * released is what lies below the oldest that has not ended. Safe for several threads.
 */
final class InFlight {
    /** One batch of entries, up to but without those at {@code end}. */
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

    /** Begins the batch of the entries read since the last one, which end at a place that is nowhere behind the last one's. */
    synchronized Batch begin(Position end) {
        Batch batch = new Batch(end);
        batches.addLast(batch);
        return batch;
    }

    /** What to cancel when the batch is given up. */
    synchronized void underWay(Batch batch, Cancellable delivery) {
        batch.delivery = delivery;
    }

    /** Gives up all that is under way. None of it is released. */
    synchronized void abandon() {
        batches.forEach(batch -> batch.delivery.cancel());
    }

    /** Ends a batch that is stored. Answers the place to release up to; it may be the same as before. */
    synchronized Position stored(Batch batch) {
        batch.stored = true;
        while (!batches.isEmpty() && batches.getFirst().stored) {
            releasable = batches.removeFirst().end;
        }
        return releasable;
    }

    /** Batches begun and not yet followed by only stored ones. */
    synchronized int size() {
        return batches.size();
    }
}
