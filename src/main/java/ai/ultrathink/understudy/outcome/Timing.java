package ai.ultrathink.understudy.outcome;

/** Whether a model answered within the time that both models of an experiment are given, and if not, what took the time. */
public enum Timing {
    IN_TIME,
    /** The model was slow. */
    LATE,
    /** The request waited for a thread, or behind other requests that the model answered quickly: capacity was lacking. */
    QUEUED,
    /** No request of the treatment compares with this one of control's, because its guard kept them from it. */
    UNCOMPARED;

    /** Whether it says nothing about the model. */
    public boolean saysNothing() {
        return this == QUEUED || this == UNCOMPARED;
    }

    /**
     * The cause of a late answer, found when the time is over.
     *
     * @param passNanos how long the pass has lasted in which the request runs or for whose end it waits; 0 if it waits
     *     for a thread
     * @param allowedNanos the time that the request had
     */
    public static Timing cause(long passNanos, long allowedNanos) {
        return passNanos >= allowedNanos / 2 ? LATE : QUEUED;
    }
}
