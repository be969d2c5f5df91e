package ai.ultrathink.understudy.simulation;

/**
 * One run of a scenario.
 *
 * @param end how it ended
 * @param falsePromotion whether it was wrongly said at any look that the treatment may be promoted, or anything at all where there
 *     are no data
 */
record ScenarioRun(ScenarioEnd end, boolean falsePromotion) {}
