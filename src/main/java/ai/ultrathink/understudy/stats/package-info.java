/**
 * Pure mathematics of evidence that may be looked at as often as one likes; imports nothing of ours.
 *
 * <p>{@link EValue} is evidence against a {@link Hypothesis}, {@link Interval} is what a confidence sequence leaves possible.
 * Rates ({@link RateTest}, {@link RateSequence}, {@link RateDifference}, {@link MultinomialTest}) and quantiles ({@link
 * QuantileSequence}, {@link QuantileDifference}) are exact at every sample size; means ({@link MeanSequence}) are
 * asymptotic. Every value is immutable. Observations are taken to be independent given what was known before them.
 */
@NullMarked
package ai.ultrathink.understudy.stats;

import org.jspecify.annotations.NullMarked;
