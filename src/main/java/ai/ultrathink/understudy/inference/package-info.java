/**
 * Runs models: loads them from folders, queues requests, and runs these in batches on a bounded pool.
 *
 * <p>A {@link ai.ultrathink.understudy.inference.Predictor} never fails and never blocks its caller. Control requests are
 * served before treatment requests, and treatment never holds every thread.
 */
@NullMarked
package ai.ultrathink.understudy.inference;

import org.jspecify.annotations.NullMarked;
