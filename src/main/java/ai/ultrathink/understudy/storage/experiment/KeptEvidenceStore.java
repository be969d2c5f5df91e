package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The largest evidence against each guardrail of an experiment, as rows of {@code ab_test_kept_evidence}. */
@ApplicationScoped
public class KeptEvidenceStore {

    private static final Logger LOG = Logger.getLogger(KeptEvidenceStore.class);

    private static final String OF_TEST = """
            select guardrail, control_digest, treatment_digest, guardrail_limit, alpha, log_e, cleared_log_e, breached_at, callers_doing
            from ab_test_kept_evidence where test_id = $1""";

    // evidence that was computed before a person cleared it is no new breach
    private static final String KEEP = """
            insert into ab_test_kept_evidence as kept (
                test_id, guardrail, control_digest, treatment_digest, guardrail_limit, alpha, log_e, cleared_log_e, breached_at,
                callers_doing)
            values ($1, $2, $3, $4, $5, $6, $7, $8, case when $9 then now() end, $10)
            on conflict (test_id, guardrail, control_digest, treatment_digest, guardrail_limit, alpha) do update set
                log_e = greatest(kept.log_e, excluded.log_e),
                breached_at = coalesce(kept.breached_at, excluded.breached_at),
                callers_doing = excluded.callers_doing,
                updated_at = now()
            where kept.cleared_log_e = excluded.cleared_log_e""";

    private static final String CLEAR = """
            update ab_test_kept_evidence
            set cleared_log_e = greatest(log_e, 0), breached_at = null, callers_doing = false, updated_at = now()
            where test_id = $1 and guardrail = $2 and breached_at is not null""";

    private final Database database;
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();

    KeptEvidenceStore(Database database) {
        this.database = database;
    }

    /** What is kept of an experiment: of each guardrail, by version and limit. */
    public Uni<List<KeptEvidence>> kept(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(OF_TEST)
                .execute(Tuple.of(testId))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .flatMap(this::read)
                        .toList()));
    }

    /** Keeps evidence that is larger than what was kept, and new breaches. */
    public Uni<Void> keep(String testId, List<KeptEvidence> evidence) {
        return evidence.isEmpty()
                ? Uni.createFrom().voidItem()
                : database.withConnection(connection -> connection
                        .preparedQuery(KEEP)
                        .executeBatch(evidence.stream()
                                .map(each -> tuple(testId, each))
                                .toList())
                        .replaceWithVoid());
    }

    /**
     * Clears the breaches of a guardrail, of all versions and limits. Rejected if there is none. The experiment gets its
     * next generation, so that a decision that was made before does not apply any more.
     */
    public Uni<EditResult> clear(
            String testId, GuardrailMetric metric, String reason, String actor, @Nullable Long expectedGeneration) {
        return ExperimentEdit.of(testId, expectedGeneration)
                .in(
                        database,
                        (connection, before) -> clear(connection, testId, metric)
                                .chain(cleared -> cleared == 0
                                        ? ExperimentEdit.conflict(
                                                "no breach of " + metric.wireName() + " of test " + testId
                                                        + " awaits a person; GET /api/v1/ab-test/" + testId
                                                        + "/report shows the state of each guardrail")
                                        : ExperimentEdit.write(
                                                connection,
                                                before,
                                                before,
                                                List.of(AuditEntry.of(
                                                        actor,
                                                        AuditAction.GUARDRAIL_CLEARED,
                                                        metric.wireName() + ": " + reason)))));
    }

    private static Uni<Integer> clear(SqlConnection connection, String testId, GuardrailMetric metric) {
        return connection
                .preparedQuery(CLEAR)
                .execute(Tuple.of(testId, metric.wireName()))
                .map(rows -> rows.rowCount());
    }

    private static Tuple tuple(String testId, KeptEvidence each) {
        return Tuple.tuple()
                .addString(testId)
                .addString(each.metric().wireName())
                .addString(each.controlDigest())
                .addString(each.treatmentDigest())
                .addDouble(each.limit())
                .addDouble(each.alpha())
                .addDouble(each.logE())
                .addDouble(each.clearedLogE())
                .addBoolean(each.breached())
                .addBoolean(each.callersDoing());
    }

    /** Nothing if the row is of a guardrail that this release does not know. */
    private Stream<KeptEvidence> read(Row row) {
        String name = row.getString("guardrail");
        Optional<GuardrailMetric> metric = GuardrailMetric.find(name);
        if (metric.isEmpty() && unknown.add(name)) {
            LOG.warnf(
                    "ab_test_kept_evidence has the guardrail %s, which this release does not know; its rows are left alone",
                    name);
        }
        return metric.map(known -> read(known, row)).stream();
    }

    private static KeptEvidence read(GuardrailMetric metric, Row row) {
        OffsetDateTime breachedAt = row.getOffsetDateTime("breached_at");
        return new KeptEvidence(
                metric,
                row.getString("control_digest"),
                row.getString("treatment_digest"),
                row.getDouble("guardrail_limit"),
                row.getDouble("alpha"),
                row.getDouble("log_e"),
                row.getDouble("cleared_log_e"),
                breachedAt == null ? null : breachedAt.toInstant(),
                row.getBoolean("callers_doing"));
    }
}
