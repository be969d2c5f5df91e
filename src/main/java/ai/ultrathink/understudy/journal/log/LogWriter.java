package ai.ultrathink.understudy.journal.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of a log. Threads take turns under a lock, which is held for a copy of the record's bytes and no longer;
 * records are thus published in the order of their numbers, with no hole for the reader to wait at.
 */
final class LogWriter {
    private static final Logger LOG = System.getLogger(LogWriter.class.getName());

    private final SegmentChain chain;
    private final SegmentSupply supply;
    private final LongConsumer end;
    private final AtomicLong nextSequence;
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable Segment active;
    private boolean closed;

    /** @param end is told the number that the next record will get, after each record. Does no IO and does not throw */
    LogWriter(SegmentChain chain, SegmentSupply supply, LongConsumer end, long nextSequence) {
        this.chain = chain;
        this.supply = supply;
        this.end = end;
        this.nextSequence = new AtomicLong(nextSequence);
    }

    /** The number that the next record will get. */
    long nextSequence() {
        return nextSequence.get();
    }

    /** Appends a record that fits into a segment. */
    AppendOutcome append(byte[] bytes, int offset, int length) {
        int crc = RecordFrame.crc(bytes, offset, length);
        lock.lock();
        try {
            if (closed) {
                return AppendOutcome.CLOSED;
            }
            Segment segment = active;
            while (segment == null || !segment.fits(length)) {
                // Without another segment the active one stays: a shorter record may still fit.
                segment = supply.take();
                if (segment == null) {
                    return supply.shortage();
                }
                goOverTo(segment);
            }
            return appendTo(segment, bytes, offset, length, crc);
        } catch (InternalError e) {
            return abandon(e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes over to another segment after a fault (SIGBUS): the file was cut under the mapping, or its disk failed. The JVM tells of
     * it by this error, and compiled code hears of it a moment later.
     */
    AppendOutcome abandon(InternalError fault) {
        lock.lock();
        try {
            LOG.log(Level.ERROR, "A journal segment cannot be written any more; going over to another", fault);
            if (active != null) {
                active.seal(nextSequence.getPlain());
                active = null;
            }
            return AppendOutcome.IO_ERROR;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for an append under way and refuses all later ones. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void goOverTo(Segment next) {
        if (active != null) {
            active.seal(nextSequence.getPlain());
        }
        active = next;
        chain.add(next);
    }

    private AppendOutcome appendTo(Segment segment, byte[] bytes, int offset, int length, int crc) {
        long sequence = nextSequence.getPlain();
        segment.append(sequence, bytes, offset, length, crc);
        nextSequence.setRelease(sequence + 1);
        end.accept(sequence + 1);
        return AppendOutcome.APPENDED;
    }
}
