/**
 * The vocabulary: a test of two models, its mode and split, the unit that assignment sticks to, the features of a request.
 *
 * <p>Values validate themselves when they are made, so that everything below the HTTP edge may trust them.
 */
@NullMarked
package ai.ultrathink.understudy.experiment;

import org.jspecify.annotations.NullMarked;
