/** State that replicas report, and reloads. */
@NullMarked
package ai.ultrathink.understudy.storage.fleet;

import org.jspecify.annotations.NullMarked;
