/** The service's own metrics as data: name, type, unit, labels, meaning. */
@NullMarked
package ai.ultrathink.understudy.metrics;

import org.jspecify.annotations.NullMarked;
