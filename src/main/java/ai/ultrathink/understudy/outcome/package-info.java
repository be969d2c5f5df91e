/**
 * What became of a model's turn, and the record that is kept of it.
 *
 * <p>A model never throws at its caller: an {@link ai.ultrathink.understudy.outcome.Outcome} says that it answered, was too
 * late, was refused a place or failed. An {@link ai.ultrathink.understudy.outcome.Observation} is one row of evidence.
 */
@NullMarked
package ai.ultrathink.understudy.outcome;

import org.jspecify.annotations.NullMarked;
