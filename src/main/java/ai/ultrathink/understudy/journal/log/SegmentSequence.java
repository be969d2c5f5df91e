package ai.ultrathink.understudy.journal.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects the record numbers that were found, to determine the missing ones. Most efficient in ascending order. */
final class SegmentSequence {

    /**
     * A run of consecutive numbers.
     *
     * @param from the first
     * @param to one more than the last
     */
    record Run(long from, long to) {
        long count() {
            return to - from;
        }

        @Override
        public String toString() {
            return count() == 1 ? Long.toString(from) : from + " to " + (to - 1);
        }
    }

    private final List<Run> found = new ArrayList<>();

    void add(long number) {
        Run last = found.isEmpty() ? null : found.getLast();
        if (last != null && last.to() == number) {
            found.set(found.size() - 1, new Run(last.from(), number + 1));
        } else {
            found.add(new Run(number, number + 1));
        }
    }

    /** The runs of numbers that were not found, from {@code from} on and below {@code to}. */
    List<Run> missing(long from, long to) {
        List<Run> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingLong(Run::from));
        List<Run> missing = new ArrayList<>();
        long next = from;
        for (Run run : sorted) {
            if (next < Math.min(run.from(), to)) {
                missing.add(new Run(next, Math.min(run.from(), to)));
            }
            next = Math.max(next, run.to());
        }
        if (next < to) {
            missing.add(new Run(next, to));
        }
        return missing;
    }
}
