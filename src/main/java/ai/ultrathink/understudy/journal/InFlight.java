package ai.ultrathink.understudy.journal;

import java.util.ArrayDeque;

/**
 * The batches on their way to the database. They are begun in the order of reading and end in any order; what may be
 * released is what lies below the oldest that has not ended. Safe for several threads.
 */
final class InFlight {
    /** One batch of records, up to but without {@code endSequence}. */
    static final class Batch {
        private final long endSequence;
        private boolean stored;

        private Batch(long endSequence) {
            this.endSequence = endSequence;
        }
    }

    private final ArrayDeque<Batch> batches = new ArrayDeque<>();
    private long releasable;

    /** @param releasable the sequence below which everything is released already */
    InFlight(long releasable) {
        this.releasable = releasable;
    }

    /** Begins the batch of the records read since the last one, up to {@link SegmentedLog#readSequence()}. */
    synchronized Batch begin(long endSequence) {
        Batch batch = new Batch(endSequence);
        batches.addLast(batch);
        return batch;
    }

    /** Ends a batch that is stored. Answers the sequence to release up to; it may be no higher than before. */
    synchronized long stored(Batch batch) {
        batch.stored = true;
        while (!batches.isEmpty() && batches.getFirst().stored) {
            releasable = batches.removeFirst().endSequence;
        }
        return releasable;
    }

    /** Batches begun and not yet followed by only stored ones. */
    synchronized int size() {
        return batches.size();
    }
}
