/** What replicas tell each other through the database: which model versions they hold, and how far a reload has got. Values only. */
@NullMarked
package ai.ultrathink.understudy.replica;

import org.jspecify.annotations.NullMarked;
