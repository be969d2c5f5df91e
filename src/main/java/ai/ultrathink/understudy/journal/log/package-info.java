/**
 * An append-only log of memory-mapped segments. Independent of predictions: records are bytes, each with a sequence
 * number and a checksum. Appended records survive a killed process.
 */
@NullMarked
package ai.ultrathink.understudy.journal.log;

import org.jspecify.annotations.NullMarked;
