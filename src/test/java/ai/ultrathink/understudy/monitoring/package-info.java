/**
 * Holds deploy/monitoring to its word: promtool runs the rules' own tests, and a real Prometheus scrapes the packaged service and
 * is asked everything that the dashboards ask. {@code make pictures} draws what it answers.
 */
@NullMarked
package ai.ultrathink.understudy.monitoring;

import org.jspecify.annotations.NullMarked;
