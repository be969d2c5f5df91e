package ai.ultrathink.understudy.analysis.window;

import org.jspecify.annotations.Nullable;

/**
 * The split that was configured when the rows were made against the one that came out; null where there are no rows.
 *
 * @param withinTolerance whether |delta| is at most 0.02
 */
public record SplitCheck(
        String testId,
        int timeWindowHours,
        @Nullable Double expectedSplit,
        @Nullable Double actualSplit,
        @Nullable Double delta,
        @Nullable Boolean withinTolerance,
        long sampleSize) {}
