/**
 * The flow of one prediction: route, admit, ask the models, tell the observers, answer.
 *
 * <p>{@link ai.ultrathink.understudy.trial.Trial} is the one class to read; shadow and split are the two serving modes. The packages
 * below hold what it is made of: the data of a prediction, the calls of the models, metrics and tallies.
 */
@NullMarked
package ai.ultrathink.understudy.trial;

import org.jspecify.annotations.NullMarked;
