/**
 * What the stored results of an experiment add up to: counts, sums and histograms by generation. Values only; the database fills
 * them, the guardrails are judged by them.
 */
@NullMarked
package ai.ultrathink.understudy.evidence;

import org.jspecify.annotations.NullMarked;
