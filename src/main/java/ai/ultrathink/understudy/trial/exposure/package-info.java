/**
 * The data of one prediction, below everything that works on it: the request, its exposure to an experiment, how it was served.
 *
 * <p>{@link ai.ultrathink.understudy.trial.exposure.PredictionObserver} is the interface of all that is told about predictions.
 */
@NullMarked
package ai.ultrathink.understudy.trial.exposure;

import org.jspecify.annotations.NullMarked;
