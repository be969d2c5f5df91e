package ai.ultrathink.understudy.bench;

/**
 * What a run of the {@link LoadGenerator} came to.
 *
 * @param perSecond requests a second that were due
 * @param latencies from the time at which a request was due to its answer, all requests among them
 * @param lateness from the time at which a request was due until the generator turned to it: what the generator itself, and not the
 *     server, has added to latencies
 * @param failures answers other than 2xx
 */
record LoadResult(double perSecond, SinceDue latencies, SinceDue lateness, int failures) {

    /** More than this, for one request in a hundred, is told. */
    static final double PUNCTUAL_MILLIS = 0.5;

    /** Whether the generator has kept to its timetable. */
    boolean punctual() {
        return lateness.millis(99) <= PUNCTUAL_MILLIS;
    }
}
