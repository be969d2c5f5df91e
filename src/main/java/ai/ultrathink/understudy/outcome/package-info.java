/**
 * The result of a model call, and the record of a prediction.
 *
 * <p>A model call never throws: an {@link ai.ultrathink.understudy.outcome.Outcome} says that the model answered, timed
 * out, was rejected or failed. An {@link ai.ultrathink.understudy.outcome.Observation} is one row of evidence.
 */
@NullMarked
package ai.ultrathink.understudy.outcome;

import org.jspecify.annotations.NullMarked;
