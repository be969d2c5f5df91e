/**
 * What tests and tools start and measure with: the packaged service as a process, a PostgreSQL, signals, load, metrics. Knows
 * nothing of the tests.
 */
@NullMarked
package ai.ultrathink.understudy.testkit;

import org.jspecify.annotations.NullMarked;
