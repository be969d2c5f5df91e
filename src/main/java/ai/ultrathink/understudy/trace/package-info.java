/**
 * The trace of a request: what it went through and how long each part took, told by OpenTelemetry where that is switched on.
 *
 * <p>Each request has a {@link ai.ultrathink.understudy.trace.RequestTrace}, which does nothing for a request that is not
 * sampled.
 */
@NullMarked
package ai.ultrathink.understudy.trace;

import org.jspecify.annotations.NullMarked;
