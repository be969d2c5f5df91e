/**
 * Takes tests and results over from the two tables of the Python framework, docs/migrating.md. A command does that, without the
 * service: over JDBC, in one thread.
 */
@NullMarked
package ai.ultrathink.understudy.storage.framework;

import org.jspecify.annotations.NullMarked;
