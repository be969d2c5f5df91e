package ai.ultrathink.understudy.journal.log;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The segments that hold records, oldest first. It changes once per segment, so a simple lock is sufficient. */
final class SegmentChain {
    private final List<Segment> segments;

    SegmentChain(List<Segment> recovered) {
        segments = new ArrayList<>(recovered);
    }

    synchronized void add(Segment segment) {
        segments.add(segment);
    }

    /** The segment to read after this one; the oldest, if this one is null or removed. Null if there is none yet. */
    synchronized @Nullable Segment after(@Nullable Segment segment) {
        int next = segments.indexOf(segment) + 1;
        return next < segments.size() ? segments.get(next) : null;
    }

    /** Whether the oldest segment's records are all released. */
    synchronized boolean hasReleased(long released) {
        return !segments.isEmpty() && segments.getFirst().isReleased(released);
    }

    /** Removes and returns the oldest segment if all of its records are released, otherwise null. */
    synchronized @Nullable Segment removeReleased(long released) {
        return hasReleased(released) ? segments.removeFirst() : null;
    }

    synchronized int size() {
        return segments.size();
    }

    synchronized List<Segment> snapshot() {
        return List.copyOf(segments);
    }
}
