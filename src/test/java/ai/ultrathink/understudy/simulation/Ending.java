package ai.ultrathink.understudy.simulation;

/** What came of one run. */
sealed interface Ending {

    /** As expected: nothing happened, or the ramp finished. */
    record Uneventful() implements Ending {}

    /**
     * Rolled back, as expected.
     *
     * @param samples until then
     */
    record Found(long samples) implements Ending {}

    /**
     * Rolled back, or decided, where it should not.
     *
     * @param why the judge's reasons
     */
    record FalseAlarm(String why) implements Ending {}

    /** What should have happened has not, in all the requests there were. */
    record Missed() implements Ending {}
}
