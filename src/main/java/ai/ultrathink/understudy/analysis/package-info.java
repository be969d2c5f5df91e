/**
 * Results to statistics: arms, comparison, quantiles, and how the observed split compares with the configured one.
 */
@NullMarked
package ai.ultrathink.understudy.analysis;

import org.jspecify.annotations.NullMarked;
