package ai.ultrathink.understudy.evidence;

import ai.ultrathink.understudy.experiment.Variant;

/**
 * How many answers of an arm fell into one latency bucket.
 *
 * @param bucket of the logarithmic mapping in {@code ab_latency_bucket}
 */
public record LatencyCount(Variant arm, int bucket, long count) {}
