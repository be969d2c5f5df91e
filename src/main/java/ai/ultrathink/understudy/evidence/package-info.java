/**
 * Evidence of an experiment: counts, sums and histograms of its results by generation. Values only; the database fills
 * them, and guardrails are evaluated on them.
 */
@NullMarked
package ai.ultrathink.understudy.evidence;

import org.jspecify.annotations.NullMarked;
