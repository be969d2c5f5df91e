/** What the replicas report of themselves, and reloads. */
@NullMarked
package ai.ultrathink.understudy.storage.fleet;

import org.jspecify.annotations.NullMarked;
