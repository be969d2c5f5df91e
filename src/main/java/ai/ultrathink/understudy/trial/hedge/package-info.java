/**
 * A hedged call: one that starts after a delay, or at once when it is needed, and the latencies from which the delay follows.
 */
@NullMarked
package ai.ultrathink.understudy.trial.hedge;

import org.jspecify.annotations.NullMarked;
