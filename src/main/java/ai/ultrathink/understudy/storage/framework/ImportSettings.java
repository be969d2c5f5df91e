package ai.ultrathink.understudy.storage.framework;

import ai.ultrathink.understudy.storage.db.DatabaseLogin;
import ai.ultrathink.understudy.storage.db.SchemaName;
import java.time.Duration;

/**
 * What is taken over, and where to.
 *
 * @param source the framework's database, which is only read
 * @param sourceSchema where its tables are
 * @param target the service's database
 * @param retention how long a plain PostgreSQL keeps results
 * @param actor who does it, for the audit trail
 * @param dryRun whether nothing is written, and only counted what would be
 */
public record ImportSettings(
        DatabaseLogin source,
        String sourceSchema,
        DatabaseLogin target,
        SchemaName targetSchema,
        Duration retention,
        String actor,
        boolean dryRun) {

    /** Where tests come from, in the audit trail. The same place is needed to go on with an import. */
    String origin() {
        return source.url().replaceFirst("\\?.*", "") + ", schema " + sourceSchema;
    }
}
