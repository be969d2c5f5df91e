package ai.ultrathink.understudy.bench;

/**
 * When each request of a run is due: at a constant rate from the start on, whether or not earlier ones have been answered.
 *
 * @param startNanos when the first is due, as System.nanoTime() counts
 * @param perSecond requests a second
 * @param requests in all
 */
record Timetable(long startNanos, double perSecond, int requests) {

    private static final double SECOND_NANOS = 1e9;

    /**
     * The time of a request. It is computed from the start, so that rounding does not add up.
     *
     * @param number from 0 on
     */
    long due(int number) {
        return startNanos + Math.round(number * SECOND_NANOS / perSecond);
    }
}
