package ai.ultrathink.understudy.journal.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a log. Threads take turns under a lock, which is held only while the record's bytes are copied. Records
 * are therefore published in the order of their numbers, without gaps at which the reader would wait.
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

    /** @param end receives the next record's number after each record. Must do no IO and must not throw */
    LogWriter(SegmentChain chain, SegmentSupply supply, LongConsumer end, long nextSequence) {
        this.chain = chain;
        this.supply = supply;
        this.end = end;
        this.nextSequence = new AtomicLong(nextSequence);
    }

    /** The number of the next record. */
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
                // Without another segment the active one stays, because a shorter record may still fit.
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
     * Switches to another segment after a fault (SIGBUS): the file was truncated while mapped, or its disk failed. The
     * JVM reports it with this error, in compiled code a moment late.
     */
    AppendOutcome abandon(InternalError fault) {
        lock.lock();
        try {
            LOG.log(Level.ERROR, "A journal segment can no longer be written; switching to another", fault);
            if (active != null) {
                active.seal(nextSequence.getPlain());
                active = null;
            }
            return AppendOutcome.IO_ERROR;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a running append and rejects all later ones. */
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
