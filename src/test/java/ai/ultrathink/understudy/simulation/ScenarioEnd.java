package ai.ultrathink.understudy.simulation;

/** What came of one run. */
sealed interface ScenarioEnd {

    /** As expected: nothing happened, or the ramp finished. */
    record Uneventful() implements ScenarioEnd {}

    /**
     * Rolled back, as expected.
     *
     * @param samples until then
     */
    record Found(long samples) implements ScenarioEnd {}

    /**
     * Rolled back, or decided, where it should not.
     *
     * @param why the evaluation's reasons
     */
    record FalseAlarm(String why) implements ScenarioEnd {}

    /** What should have happened has not, in all the requests there were. */
    record Missed() implements ScenarioEnd {}
}
