/**
 * An append-only log of memory-mapped segments. Knows nothing of predictions: records are bytes, each with a sequence number and a
 * checksum; what was appended survives a killed process.
 */
@NullMarked
package ai.ultrathink.understudy.journal.log;

import org.jspecify.annotations.NullMarked;
