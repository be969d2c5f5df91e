package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.RampPlan;

/**
 * A test's ramp as it is kept. What the state means is for those to know who change it.
 *
 * @param state JSON, an object
 */
public record StoredRamp(RampPlan plan, String state) {}
