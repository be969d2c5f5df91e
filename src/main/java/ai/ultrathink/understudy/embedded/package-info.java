/**
 * Starts a PostgreSQL of our own under the data directory when no database is configured. Only the main class knows it.
 */
@NullMarked
package ai.ultrathink.understudy.embedded;

import org.jspecify.annotations.NullMarked;
