package ai.ultrathink.understudy.journal;

/**
 * A place among the entries: in the log below {@code log}, in memory below {@code memory}. Of a single entry, which is in one
 * of the two, the other number is {@link #NOWHERE}.
 */
public record Position(long log, long memory) {

    /** Above all numbers, so that an entry that is not there holds nothing up. */
    static final long NOWHERE = Long.MAX_VALUE;

    static final Position START = new Position(0, 0);

    static Position ofLogEntry(long sequence) {
        return new Position(sequence, NOWHERE);
    }

    static Position ofMemoryEntry(long number) {
        return new Position(NOWHERE, number);
    }

    /** Whether everything before the other place is before this one too. */
    boolean reaches(Position other) {
        return log >= other.log && memory >= other.memory;
    }

    /** What both places reach. */
    Position min(Position other) {
        return new Position(Math.min(log, other.log), Math.min(memory, other.memory));
    }

    @Override
    public String toString() {
        return memory == NOWHERE
                ? "log " + log
                : log == NOWHERE ? "memory " + memory : "log " + log + ", memory " + memory;
    }
}
