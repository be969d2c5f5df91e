package ai.ultrathink.understudy.storage.db;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * How long TimescaleDB keeps results. Its own policy drops old chunks and ignores {@code understudy.storage.retention}, so a
 * setting that differs from the policy gets a warning.
 */
final class RetentionPolicy {

    private static final String INSTALLED =
            "select to_regclass('timescaledb_information.jobs') is not null as installed";
    private static final String LENGTH =
            "select extract(epoch from (config ->> 'drop_after')::interval)::bigint as seconds"
                    + " from timescaledb_information.jobs where proc_name = 'policy_retention'"
                    + " and hypertable_schema = current_schema() and hypertable_name = 'ab_test_results'";

    private RetentionPolicy() {}

    /** The length of the policy, if there is one: not on plain PostgreSQL. */
    static Uni<Optional<Duration>> length(SqlConnection connection) {
        return connection
                .query(INSTALLED)
                .execute()
                .map(rows -> rows.iterator().next().getBoolean("installed"))
                .flatMap(installed ->
                        installed ? policy(connection) : Uni.createFrom().item(Optional.empty()));
    }

    private static Uni<Optional<Duration>> policy(SqlConnection connection) {
        return connection
                .query(LENGTH)
                .execute()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map((Row row) -> Duration.ofSeconds(row.getLong("seconds")))
                        .findFirst());
    }

    /** What to say about a setting that the policy overrules. */
    static Optional<String> warning(Duration configured, Optional<Duration> policy) {
        return policy.filter(length -> !length.equals(configured))
                .map(length ->
                        ("understudy.storage.retention is %s and has no effect: TimescaleDB's policy on ab_test_results keeps"
                                        + " results for %s. Change the policy as docs/database.md says under \"Retention\", or set"
                                        + " the setting to the policy's length")
                                .formatted(inWords(configured), inWords(length)));
    }

    private static String inWords(Duration length) {
        return length.equals(Duration.ofDays(length.toDays()))
                ? length.toDays() + " days"
                : length.toHours() + " hours";
    }
}
