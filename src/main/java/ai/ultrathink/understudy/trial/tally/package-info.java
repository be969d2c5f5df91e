/**
 * How many requests each experiment has assigned, counted apart from their rows and stored every few seconds.
 */
@NullMarked
package ai.ultrathink.understudy.trial.tally;

import org.jspecify.annotations.NullMarked;
