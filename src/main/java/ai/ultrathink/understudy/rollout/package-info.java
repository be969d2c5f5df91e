/**
 * Automatic actions on running experiments: evaluates them every few seconds, rolls back a treatment that breaches its
 * limits, and raises the split of one that keeps them. One replica at a time leads.
 */
@NullMarked
package ai.ultrathink.understudy.rollout;

import org.jspecify.annotations.NullMarked;
