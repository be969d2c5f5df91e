/**
 * The buffer between an answer and the database: observations are appended without waiting, a writer stores them in batches.
 *
 * <p>The buffer is bounded; what it refuses is counted, and no prediction ever waits for the database.
 */
@NullMarked
package ai.ultrathink.understudy.journal;

import org.jspecify.annotations.NullMarked;
