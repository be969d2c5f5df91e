package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.PairStretches;
import ai.ultrathink.understudy.evidence.ResultSums;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads the evidence of an experiment. It covers the experiment's whole life and has no window, so it may be read at
 * any time.
 */
@ApplicationScoped
public class EvidenceQueries {

    /**
     * Agreeing pairs in each complete stretch of so many pairs, newest first, among so many of the newest rows: what is read has a bound, and not
     * what is found. Minutes in which a replica was fenced are left out, as from the evidence.
     */
    private static final String STRETCHES = """
            select count(*) filter (where actions_match) as agreeing
            from (
                select actions_match, (row_number() over (order by time desc, row_id desc) - 1) / $6::integer as stretch
                from (
                    select *, coalesce(bool_or(fallback = 'fenced') over (partition by date_trunc('minute', time)), false) as spoilt
                    from (
                        select
                            time, row_id, generation, control_model_digest, treatment_model_digest, control_action, treatment_action,
                            actions_match, fallback
                        from ab_test_results
                        where test_id = $1
                        order by time desc
                        limit $5::integer) as newest) as seen
                where not spoilt and generation = $2 and coalesce(control_model_digest, '') = $3
                    and coalesce(treatment_model_digest, '') = $4
                    and control_action is not null and treatment_action is not null) as placed
            group by stretch
            having count(*) = $6
            order by stretch
            """;

    /** The planner knows little of a young test, and would read all of its rows and sort them. Now it reads the newest from the index, and stops. */
    private static final String NEWEST_FIRST = "set local enable_bitmapscan = off; set local enable_sort = off";

    private final Database database;

    public EvidenceQueries(Database database) {
        this.database = database;
    }

    /**
     * The evidence of each generation of an experiment so far, oldest first; within a generation, the versions observed
     * last come last. One statement reads all at the same moment, but for the stretches of pairs, which are read after it. Empty for an experiment without observations. Present
     * versions without observations come last. Fails with {@link DatabaseAwayException} if the database does not
     * answer.
     */
    public Uni<List<GenerationEvidence>> evidence(String testId) {
        return database.withConnection(connection -> connection
                        .preparedQuery("select * from ab_test_evidence_by_generation($1)")
                        .execute(Tuple.of(testId))
                        .chain(seen -> connection
                                .preparedQuery("select * from ab_test_versions_in_force($1)")
                                .execute(Tuple.of(testId))
                                .map(inForce -> read(seen, inForce))))
                .chain(evidence -> withStretches(evidence, testId));
    }

    /** The evidence with stretches of the newest pairs of the last generation that has any, where they say more than its minutes. */
    private Uni<List<GenerationEvidence>> withStretches(List<GenerationEvidence> evidence, String testId) {
        int last = IntStream.range(0, evidence.size())
                .filter(place -> evidence.get(place).pairs().count() > 0)
                .max()
                .orElse(-1);
        if (last < 0 || !PairStretches.sayMore(evidence.get(last))) {
            return Uni.createFrom().item(evidence);
        }
        GenerationEvidence generation = evidence.get(last);
        return database.withTransaction(connection -> connection
                        .query(NEWEST_FIRST)
                        .execute()
                        .chain(() -> connection
                                .preparedQuery(STRETCHES)
                                .execute(Tuple.of(
                                        testId,
                                        generation.generation(),
                                        generation.versions().controlDigest(),
                                        generation.versions().treatmentDigest(),
                                        PairStretches.NEWEST,
                                        PairStretches.SHORTEST))))
                .map(rows -> {
                    List<Long> agreeing = new ArrayList<>();
                    rows.forEach(row -> agreeing.add(row.getLong("agreeing")));
                    List<GenerationEvidence> more = new ArrayList<>(evidence);
                    more.set(last, generation.withClusterings(PairStretches.of(agreeing)));
                    return List.copyOf(more);
                });
    }

    /**
     * Present versions without observations come last, so that evidence of earlier versions no longer decides anything.
     */
    private static List<GenerationEvidence> read(RowSet<Row> seen, RowSet<Row> inForce) {
        List<GenerationEvidence> evidence = new ArrayList<>();
        seen.forEach(row -> evidence.add(read(row)));
        for (Row row : inForce) {
            GenerationEvidence.Versions versions = versions(row);
            boolean shown = evidence.isEmpty() || lastKnown(evidence).equals(versions);
            if (!shown) {
                evidence.add(GenerationEvidence.begun(
                        row.getLong("generation"), row.getDouble("configured_split"), versions));
            }
        }
        return List.copyOf(evidence);
    }

    private static GenerationEvidence.Versions lastKnown(List<GenerationEvidence> evidence) {
        return evidence.reversed().stream()
                .map(GenerationEvidence::versions)
                .filter(versions -> versions.control() != null && versions.treatment() != null)
                .findFirst()
                .orElse(GenerationEvidence.Versions.UNKNOWN);
    }

    private static GenerationEvidence.Versions versions(Row row) {
        return new GenerationEvidence.Versions(
                row.getString("control_digest"),
                row.getString("treatment_digest"),
                row.getString("control_version"),
                row.getString("treatment_version"));
    }

    private static GenerationEvidence read(Row row) {
        return new GenerationEvidence(
                row.getLong("generation"),
                row.getDouble("configured_split"),
                groups(row, "assigned_control", "assigned_treatment", "assigned_shadow"),
                groups(row, "control_count", "treatment_count", "shadow_count"),
                new GenerationEvidence.Units(row.getLong("control_units"), row.getLong("treatment_units")),
                failures(row),
                arm(row, "control_"),
                arm(row, "treatment_"),
                new ResultSums.Pairs(
                        row.getLong("pair_count"),
                        row.getLong("agree_count"),
                        row.getDouble("confidence_delta_sum"),
                        row.getDouble("confidence_delta_sumsq"),
                        row.getDouble("latency_delta_sum"),
                        row.getDouble("latency_delta_sumsq")),
                new GenerationEvidence.Noise(row.getLong("noise_pairs"), row.getLong("noise_agreeing")),
                LedgerJson.latencies(row.getJsonArray("latencies"), false),
                new GenerationEvidence.Asked(
                        row.getLong("paired_rows"),
                        row.getLong("withheld"),
                        row.getLong("control_requests"),
                        row.getLong("treatment_requests")),
                versions(row),
                LedgerJson.latencies(row.getJsonArray("latencies"), true),
                LedgerJson.blocks(row.getJsonArray("blocks")),
                LedgerJson.clusterings(row.getJsonArray("clusterings")));
    }

    private static GenerationEvidence.Groups groups(Row row, String control, String treatment, String shadow) {
        return new GenerationEvidence.Groups(row.getLong(control), row.getLong(treatment), row.getLong(shadow));
    }

    private static GenerationEvidence.Failures failures(Row row) {
        return new GenerationEvidence.Failures(
                row.getLong("control_failures"),
                row.getLong("treatment_failures"),
                row.getLong("control_only_failures"),
                row.getLong("treatment_only_failures"),
                row.getLong("both_failures"),
                row.getLong("treatment_errors"),
                row.getLong("treatment_timeouts"),
                row.getLong("treatment_rejections"),
                row.getLong("guard_open"),
                row.getLong("shed"));
    }

    private static GenerationEvidence.Arm arm(Row row, String prefix) {
        return new GenerationEvidence.Arm(
                row.getLong(prefix + "answers"),
                row.getDouble(prefix + "confidence_sum"),
                row.getDouble(prefix + "confidence_sumsq"),
                row.getDouble(prefix + "latency_sum"),
                row.getDouble(prefix + "latency_sumsq"),
                new GenerationEvidence.Batches(
                        row.getLong(prefix + "batches"),
                        row.getDouble(prefix + "batch_sum"),
                        row.getDouble(prefix + "batch_sumsq")));
    }
}
