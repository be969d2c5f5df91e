/**
 * Starts an embedded PostgreSQL in the data directory if no database is configured. Used only by the main class.
 */
@NullMarked
package ai.ultrathink.understudy.embedded;

import org.jspecify.annotations.NullMarked;
