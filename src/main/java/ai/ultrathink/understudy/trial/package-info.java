/**
 * The flow of one prediction: which test, which variant, run, answer, observe.
 *
 * <p>{@link ai.ultrathink.understudy.trial.Trial} is the one class to read; shadow and split are its two strategies.
 */
@NullMarked
package ai.ultrathink.understudy.trial;

import org.jspecify.annotations.NullMarked;
