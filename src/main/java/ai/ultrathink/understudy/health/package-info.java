/**
 * Start-up, readiness and liveness, as Kubernetes asks for them.
 */
@NullMarked
package ai.ultrathink.understudy.health;

import org.jspecify.annotations.NullMarked;
