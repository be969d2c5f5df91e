/**
 * What the service does by itself about running experiments: it evaluates them every few seconds, takes a treatment out of
 * use that breaks its limits, and raises the split of one that keeps them. One replica at a time leads.
 */
@NullMarked
package ai.ultrathink.understudy.rollout;

import org.jspecify.annotations.NullMarked;
