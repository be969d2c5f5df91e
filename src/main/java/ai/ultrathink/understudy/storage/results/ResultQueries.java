package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.evidence.ActionCount;
import ai.ultrathink.understudy.evidence.Disagreement;
import ai.ultrathink.understudy.evidence.LatencyCount;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.evidence.SeenVersions;
import ai.ultrathink.understudy.evidence.SplitCheck;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads results. Full hours come from aggregates, only the ends of a window from the rows themselves. */
@ApplicationScoped
public class ResultQueries {

    private static final String DISAGREEMENTS =
            "select row_id, time, request_id, unit_id, symbol, generation, assigned_group,"
                    + " coalesce(control_action_name, control_action) as control_action, control_confidence,"
                    + " coalesce(treatment_action_name, treatment_action) as treatment_action, treatment_confidence, confidence_delta, latency_delta_ms"
                    + " from ab_test_results where test_id = $1 and actions_match is false"
                    + " and (time, row_id) < (coalesce($2, 'infinity'::timestamptz),"
                    + " coalesce($3, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)) order by time desc, row_id desc limit $4";

    private static final String VERSIONS = "select control_version, treatment_version from ab_test_evidence"
            + " where test_id = $1 and last_time >= $2 and first_time < $3 order by first_time, generation";

    private final Database database;

    ResultQueries(Database database) {
        this.database = database;
    }

    /** Sums over the rows from {@code from} on and before {@code to}. */
    public Uni<ResultSums> sums(String testId, Instant from, Instant to) {
        return rows("select * from ab_test_stats($1, $2, $3)", window(testId, from, to), ResultQueries::readSums)
                .map(List::getFirst);
    }

    /** Latencies of both arms over the same rows. */
    public Uni<List<LatencyCount>> latencies(String testId, Instant from, Instant to) {
        return rows(
                "select arm, bucket, count from ab_test_latency_histogram($1, $2, $3) order by bucket",
                window(testId, from, to),
                row -> new LatencyCount(
                        row.getString("arm").equals(Variant.CONTROL.wireName()) ? Variant.CONTROL : Variant.TREATMENT,
                        row.getInteger("bucket"),
                        row.getLong("count")));
    }

    /** Actions of both models by group over the same rows. */
    public Uni<List<ActionCount>> actions(String testId, Instant from, Instant to) {
        return rows(
                "select assigned_group, control_action, treatment_action, count from ab_test_actions($1, $2, $3)",
                window(testId, from, to),
                row -> new ActionCount(
                        row.getString("assigned_group"),
                        row.getString("control_action"),
                        row.getString("treatment_action"),
                        row.getLong("count")));
    }

    /**
     * The newest disagreements older than a given one.
     *
     * @param beforeTime with {@code beforeRow} the end of the preceding page, or both null for the first page
     */
    public Uni<List<Disagreement>> disagreements(
            String testId, @Nullable Instant beforeTime, @Nullable UUID beforeRow, int limit) {
        Tuple tuple = Tuple.tuple()
                .addString(testId)
                .addOffsetDateTime(beforeTime == null ? null : beforeTime.atOffset(ZoneOffset.UTC))
                .addUUID(beforeRow)
                .addInteger(limit);
        return rows(DISAGREEMENTS, tuple, ResultQueries::readDisagreement);
    }

    /** The versions of both models that rows from {@code from} on and before {@code to} may be of, oldest first. */
    public Uni<SeenVersions> versions(String testId, Instant from, Instant to) {
        return rows(VERSIONS, window(testId, from, to), row -> row).map(ResultQueries::readVersions);
    }

    /** Configured and observed split of the last hours. */
    public Uni<SplitCheck> split(String testId, int hoursBack) {
        return rows(
                        "select expected_split, actual_split, delta, within_tolerance, sample_size"
                                + " from verify_traffic_split($1, $2)",
                        Tuple.of(testId, hoursBack),
                        row -> new SplitCheck(
                                testId,
                                hoursBack,
                                row.getDouble("expected_split"),
                                row.getDouble("actual_split"),
                                row.getDouble("delta"),
                                row.getBoolean("within_tolerance"),
                                row.getLong("sample_size")))
                .map(List::getFirst);
    }

    private <T> Uni<List<T>> rows(String sql, Tuple tuple, Function<Row, T> read) {
        return database.withConnection(connection -> connection
                .preparedQuery(sql)
                .execute(tuple)
                .map((RowSet<Row> rows) -> StreamSupport.stream(rows.spliterator(), false)
                        .map(read)
                        .toList()));
    }

    private static Tuple window(String testId, Instant from, Instant to) {
        return Tuple.of(testId, from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC));
    }

    private static ResultSums readSums(Row row) {
        return new ResultSums(
                row.getLong("total_samples"),
                row.getLong("control_count"),
                row.getLong("treatment_count"),
                row.getLong("shadow_count"),
                readArm(row, "control_"),
                readArm(row, "treatment_"),
                row.getLong("fallback_count"),
                new ResultSums.Pairs(
                        row.getLong("pair_count"),
                        row.getLong("agree_count"),
                        row.getDouble("confidence_delta_sum"),
                        row.getDouble("confidence_delta_sumsq"),
                        row.getDouble("latency_delta_sum"),
                        row.getDouble("latency_delta_sumsq")));
    }

    private static ResultSums.Arm readArm(Row row, String prefix) {
        return new ResultSums.Arm(
                row.getLong(prefix + "answers"),
                row.getDouble(prefix + "confidence_sum"),
                row.getDouble(prefix + "confidence_sumsq"),
                row.getDouble(prefix + "latency_sum"),
                row.getDouble(prefix + "latency_sumsq"),
                row.getLong(prefix + "error_count"));
    }

    private static SeenVersions readVersions(List<Row> rows) {
        return new SeenVersions(distinct(rows, "control_version"), distinct(rows, "treatment_version"));
    }

    private static List<String> distinct(List<Row> rows, String column) {
        return rows.stream()
                .map(row -> row.getString(column))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private static Disagreement readDisagreement(Row row) {
        return new Disagreement(
                row.getUUID("row_id"),
                row.getOffsetDateTime("time").toInstant(),
                row.getString("request_id"),
                row.getString("unit_id"),
                row.getString("symbol"),
                row.getLong("generation"),
                row.getString("assigned_group"),
                row.getString("control_action"),
                row.getDouble("control_confidence"),
                row.getString("treatment_action"),
                row.getDouble("treatment_confidence"),
                row.getDouble("confidence_delta"),
                row.getDouble("latency_delta_ms"));
    }
}
