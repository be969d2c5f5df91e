package ai.ultrathink.understudy.evidence;

import org.jspecify.annotations.Nullable;

/**
 * The split that was configured when the rows were made, and the one that came out.
 *
 * @param expected mean configured split of the rows, or null without rows
 * @param actual fraction of the rows assigned to treatment, or null without rows
 * @param delta actual minus expected
 * @param withinTolerance whether |delta| is at most 0.02
 * @param sampleSize rows assigned to control or treatment
 */
public record SplitCount(
        @Nullable Double expected,
        @Nullable Double actual,
        @Nullable Double delta,
        @Nullable Boolean withinTolerance,
        long sampleSize) {}
