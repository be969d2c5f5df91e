/** The connection to PostgreSQL: pools, migrations, the check of the schema at start, notices, advisory locks. */
@NullMarked
package ai.ultrathink.understudy.storage.db;

import org.jspecify.annotations.NullMarked;
