package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.evidence.OutcomeSums;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Blocks of outcomes: closes them when they are due, and reads those that are closed. */
@ApplicationScoped
public class OutcomeBlocks {

    /** As many decisions a step as stay well within the time that a query may take. */
    private static final int STEP = 10_000;

    private static final String SINCE =
            "select (select since from ab_test_outcome_plans where test_id = $1 order by generation desc limit 1) as since";

    private static final String LATE = "select start, decisions, outcomes from ab_test_outcome_late"
            + " where test_id = $1 and start >= $2::timestamptz - interval '31 days' and since = ("
            + "select since from ab_test_outcome_plans where test_id = $1 order by generation desc limit 1)";

    private final Database database;

    OutcomeBlocks(Database database) {
        this.database = database;
    }

    /**
     * Adds up the next decisions of a block that is due, and closes it when it has all. One transaction, of one replica at a time.
     *
     * @return 0 if nothing is due
     */
    public Uni<Long> closeNext() {
        return database.attempt(connection -> connection
                .preparedQuery("select ab_test_close_outcomes($1) as processed")
                .execute(Tuple.of(STEP))
                .map(rows -> rows.iterator().next().getLong("processed")));
    }

    /**
     * The closed blocks of the evidence that the present plan goes on with, in their order, of all versions. Fails with {@link
     * DatabaseAwayException} if the database does not answer.
     */
    public Uni<OutcomeEvidence> closed(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(SINCE)
                .execute(Tuple.of(testId))
                .map(rows -> rows.iterator().next().getLong("since"))
                .chain(since -> since == null
                        ? Uni.createFrom().item(OutcomeEvidence.NONE)
                        : connection
                                .preparedQuery("select * from ab_test_outcome_evidence($1, $2)")
                                .execute(Tuple.of(testId, since))
                                .map(rows -> new OutcomeEvidence(since, list(rows, OutcomeBlocks::block)))));
    }

    /** What was earned in the blocks that overlap a window of time, closed or not, oldest first. */
    public Uni<List<OutcomeSums>> window(String testId, Instant from, Instant to) {
        return database.withConnection(connection -> connection
                .preparedQuery("select * from ab_test_outcome_window($1, $2, $3)")
                .execute(Tuple.of(testId, from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)))
                .chain(parts -> parts.size() == 0
                        ? Uni.createFrom().item(List.of())
                        : connection
                                .preparedQuery(LATE)
                                .execute(Tuple.of(testId, from.atOffset(ZoneOffset.UTC)))
                                .map(late -> blocks(parts, late))));
    }

    private static List<OutcomeSums> blocks(RowSet<Row> parts, RowSet<Row> late) {
        TreeMap<Instant, OutcomeSums> blocks = new TreeMap<>();
        parts.forEach(row -> {
            OutcomeSums part = sums(row);
            blocks.merge(part.start(), part, OutcomeSums::plus);
        });
        late.forEach(row -> blocks.computeIfPresent(
                row.getOffsetDateTime("start").toInstant(),
                (start, sums) -> sums.with(new OutcomeSums.Late(row.getLong("decisions"), row.getLong("outcomes")))));
        return List.copyOf(blocks.values());
    }

    private static <T> List<T> list(RowSet<Row> rows, Function<Row, T> read) {
        return StreamSupport.stream(rows.spliterator(), false).map(read).toList();
    }

    private static OutcomeSums sums(Row row) {
        return new OutcomeSums(
                row.getOffsetDateTime("start").toInstant(),
                row.getOffsetDateTime("closed_at") != null,
                arm(row, "control_arm"),
                arm(row, "treatment_arm"),
                new OutcomeSums.Pairs(
                        row.getLong("agreeing") + row.getLong("disagreeing"),
                        row.getLong("agreeing_known") + row.getLong("disagreeing_known"),
                        row.getDouble("raw_control"),
                        row.getDouble("raw_treatment"),
                        row.getDouble("raw_difference"),
                        row.getDouble("clipped_difference")),
                OutcomeSums.Late.NONE);
    }

    private static OutcomeSums.Arm arm(Row row, String arm) {
        return new OutcomeSums.Arm(
                row.getLong(arm),
                row.getLong(arm + "_known"),
                row.getDouble(arm + "_earned"),
                row.getLong(arm + "_bets"),
                row.getLong(arm + "_hits"));
    }

    private static OutcomeBlock block(Row row) {
        return new OutcomeBlock(
                row.getLong("generation"),
                new Versions(
                        row.getString("control_digest"),
                        row.getString("treatment_digest"),
                        row.getString("control_version"),
                        row.getString("treatment_version")),
                row.getOffsetDateTime("start").toInstant(),
                new OutcomeBlock.Coverage(row.getLong("agreeing"), row.getLong("agreeing_known")),
                new OutcomeBlock.Coverage(row.getLong("disagreeing"), row.getLong("disagreeing_known")),
                earned(row, "clipped"),
                earned(row, "raw"),
                row.getLong("wins"),
                row.getLong("losses"),
                row.getDouble("scale"));
    }

    private static OutcomeBlock.Earned earned(Row row, String kind) {
        return new OutcomeBlock.Earned(
                row.getDouble(kind + "_control"),
                row.getDouble(kind + "_treatment"),
                row.getDouble(kind + "_difference"));
    }
}
