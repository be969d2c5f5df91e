/**
 * Mathematics of anytime-valid evidence. Pure functions; imports no other package of the service.
 *
 * <p>{@link EValue} is evidence against a {@link Hypothesis}, {@link Interval} is the set of values that a confidence
 * sequence has not ruled out. Rates ({@link RateBet}, {@link RateSequence}, {@link RateDifference}, {@link
 * MultinomialBet}), quantiles ({@link QuantileDifference}) and means of bounded numbers ({@link BoundedMeanBet}) are exact
 * at every sample size; other means ({@link MeanSequence}) are asymptotic. Every value is immutable. Observations are assumed
 * to be independent given the past; {@link DesignEffect} measures how far they are not.
 */
@NullMarked
package ai.ultrathink.understudy.stats;

import org.jspecify.annotations.NullMarked;
