package ai.ultrathink.understudy.evidence;

import org.jspecify.annotations.Nullable;

/**
 * The split that was configured when the rows were made, and the one that came out; null where there are no rows.
 *
 * @param expectedSplit mean configured split of the rows
 * @param actualSplit fraction of the rows that were assigned to treatment
 * @param delta actual minus expected
 * @param withinTolerance whether |delta| is at most 0.02
 * @param sampleSize rows assigned to control or treatment
 */
public record SplitCheck(
        String testId,
        int timeWindowHours,
        @Nullable Double expectedSplit,
        @Nullable Double actualSplit,
        @Nullable Double delta,
        @Nullable Boolean withinTolerance,
        long sampleSize) {}
