package ai.ultrathink.understudy.evidence;

import ai.ultrathink.understudy.experiment.Variant;

/**
 * Number of an arm's answers in one latency bucket.
 *
 * @param bucket index in the logarithmic mapping of {@code ab_latency_bucket}
 */
public record LatencyCount(Variant arm, int bucket, long count) {}
