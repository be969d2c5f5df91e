/**
 * The reactive PostgreSQL side: migrations, tests with their audit trail, results, and the queries over them.
 *
 * <p>Every change of a test and the event that records it are one transaction.
 */
@NullMarked
package ai.ultrathink.understudy.storage;

import org.jspecify.annotations.NullMarked;
