/**
 * The durable buffer between an answer and the database: observations are appended without waiting, a writer stores
 * them in batches and only then releases them.
 *
 * <p>{@link ai.ultrathink.understudy.journal.log.SegmentedLog} is its floor, an append-only log of memory-mapped segments: what
 * was appended survives a killed process. Everything is bounded; what is refused is counted; no prediction ever waits for
 * the database.
 */
@NullMarked
package ai.ultrathink.understudy.journal;

import org.jspecify.annotations.NullMarked;
