/**
 * What predictions tell Prometheus, and what the log says of models that fail.
 *
 * <p>{@link ai.ultrathink.understudy.trial.metrics.TrialMetrics} observes predictions; each experiment has its own
 * {@code ExperimentMeters}, which go with it.
 */
@NullMarked
package ai.ultrathink.understudy.trial.metrics;

import org.jspecify.annotations.NullMarked;
