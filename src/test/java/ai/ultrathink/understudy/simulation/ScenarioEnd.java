package ai.ultrathink.understudy.simulation;

/** How one run ended. */
sealed interface ScenarioEnd {

    /** As expected: nothing happened. */
    record Uneventful() implements ScenarioEnd {}

    /**
     * As expected: rolled back, or the ramp finished.
     *
     * @param samples until then
     */
    record Found(long samples) implements ScenarioEnd {}

    /**
     * Rolled back where it was wrong.
     *
     * @param why the evaluation's reasons
     */
    record FalseRollBack(String why) implements ScenarioEnd {}

    /** What should have happened has not, in all the requests there were. */
    record Missed() implements ScenarioEnd {}
}
