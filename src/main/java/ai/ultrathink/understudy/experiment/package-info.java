/**
 * The vocabulary: an experiment on two models, its mode, split, guardrails and ramp, and the features of a request.
 *
 * <p>Values validate themselves when they are created, so that all code behind the HTTP layer can rely on them.
 */
@NullMarked
package ai.ultrathink.understudy.experiment;

import org.jspecify.annotations.NullMarked;
