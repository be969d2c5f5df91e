package ai.ultrathink.understudy.journal.log;

import java.nio.ByteBuffer;

/** Receives records as they are read. */
@FunctionalInterface
public interface RecordConsumer {
    /**
     * Takes one record. If this throws, the record is delivered again by the next poll.
     *
     * @param sequence the record's number; numbers rise, and skip those of records that were damaged
     * @param payload the record's bytes from position to limit, a copy on the heap that the next record overwrites
     */
    void accept(long sequence, ByteBuffer payload);
}
