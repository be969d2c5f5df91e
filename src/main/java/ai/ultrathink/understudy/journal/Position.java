package ai.ultrathink.understudy.journal;

/**
 * A position in the sequence of entries: before {@code log} in the log and before {@code memory} in memory. For a
 * single entry, which is in one of the two, the other number is {@link #NOWHERE}.
 */
record Position(long log, long memory) {

    /** Greater than all numbers, so that a missing entry blocks nothing. */
    static final long NOWHERE = Long.MAX_VALUE;

    static final Position START = new Position(0, 0);

    static Position ofLogEntry(long sequence) {
        return new Position(sequence, NOWHERE);
    }

    static Position ofMemoryEntry(long number) {
        return new Position(NOWHERE, number);
    }

    /** Whether all entries before the other position are also before this one. */
    boolean reaches(Position other) {
        return log >= other.log && memory >= other.memory;
    }

    /** The position that both reach. */
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
