package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.evidence.ClosedBlock;
import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.evidence.OutcomeSums;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Blocks of outcomes: closes them when they are due, and reads those that are closed. */
@ApplicationScoped
public class OutcomeBlocks {

    /** As many decisions a step as stay well within the time that a query may take. */
    private static final int STEP = 10_000;

    /** One replica at a time, for two of them would each choose the same block, and the second then go on with a later one. */
    private static final String CLOSE = "select ab_test_close_outcomes($1, least(now(), $2)) as processed"
            + " from pg_advisory_xact_lock('ab_test_outcome_blocks'::regclass::oid::bigint)";

    private static final String CLOSINGS = "select p.since, of.closings"
            + " from (select since from ab_test_outcome_plans where test_id = $1 order by generation desc limit 1) as p"
            + " join ab_test_outcome_plans as of on of.test_id = $1 and of.generation = p.since";

    /** In an order, so that sums of several versions have the same last digits each time. */
    private static final String WINDOW = "select * from ab_test_outcome_window($1, $2, $3)"
            + " order by start, generation, control_digest desc, treatment_digest desc";

    private static final String LATE = "select late.start, late.decisions, late.outcomes"
            + " from (select since from ab_test_outcome_plans where test_id = $1 order by generation desc limit 1) as p"
            + " join ab_test_outcome_plans as of on of.test_id = $1 and of.generation = p.since"
            + " join ab_test_outcome_late as late on late.test_id = $1 and late.since = p.since"
            + " and late.start > $2::timestamptz - ab_test_length(of.plan ->> 'block') and late.start < $3::timestamptz"
            + " order by late.start desc limit 10000";

    /** So many blocks a look, as each needs its decisions. */
    private static final int MOST_NOW = 10;

    private final Database database;
    private final TimeSource time;

    OutcomeBlocks(Database database, TimeSource time) {
        this.database = database;
        this.time = time;
    }

    /**
     * Adds up the next decisions of a block that is due, and closes it when it has all. One transaction, of one replica at a time. A block
     * is due when both clocks say so, the database's and this replica's: one clock that was set forward closes nothing early.
     *
     * @return 0 if nothing is due
     */
    public Uni<Long> closeNext() {
        return database.attempt(connection -> connection
                .preparedQuery(CLOSE)
                .execute(Tuple.of(STEP, time.now().atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.iterator().next().getLong("processed")));
    }

    /**
     * How far the evidence goes that the present plan goes on with.
     *
     * @param since the generation in which it began
     * @param count the number of its last closing; 0 before the first
     */
    public record Closings(long since, long count) {

        /** Without a plan. */
        public static final Closings NONE = new Closings(0, 0);
    }

    /** How many blocks were closed. Fails with {@link DatabaseAwayException} if the database does not answer. */
    public Uni<Closings> closings(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(CLOSINGS)
                .execute(Tuple.of(testId))
                .map(rows -> rows.size() == 0
                        ? Closings.NONE
                        : new Closings(
                                rows.iterator().next().getLong("since"),
                                rows.iterator().next().getLong("closings"))));
    }

    /**
     * The blocks of the next closings, in their order, of all versions. Fails with {@link DatabaseAwayException} if the database does not
     * answer.
     *
     * @param since the generation in which the evidence began
     * @param after the number of a closing
     * @param most so many closings
     */
    public Uni<List<ClosedBlock>> closed(String testId, long since, long after, long most) {
        return database.withConnection(connection -> connection
                .preparedQuery("select * from ab_test_outcome_evidence($1, $2, $3, $4)")
                .execute(Tuple.of(testId, since, after, most))
                .map(rows -> list(rows, row -> new ClosedBlock(row.getLong("closing"), block(row)))));
    }

    /**
     * What was earned in the blocks that overlap a window of time, closed or not, oldest first. Of the newest blocks to which something came
     * late it is also said what they would be now.
     */
    public Uni<List<OutcomeSums>> window(String testId, Instant from, Instant to) {
        return database.withConnection(connection -> connection
                .preparedQuery(WINDOW)
                .execute(Tuple.of(testId, from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)))
                .chain(parts -> connection
                        .preparedQuery(LATE)
                        .execute(Tuple.of(testId, from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC)))
                        .map(late -> blocks(parts, late)))
                .chain(blocks -> withNow(connection, testId, blocks)));
    }

    private static NavigableMap<Instant, OutcomeSums> blocks(RowSet<Row> parts, RowSet<Row> late) {
        NavigableMap<Instant, OutcomeSums> blocks = new TreeMap<>();
        parts.forEach(row -> {
            OutcomeSums part = sums(row);
            blocks.merge(part.start(), part, OutcomeSums::plus);
        });
        late.forEach(row -> blocks.compute(
                row.getOffsetDateTime("start").toInstant(),
                (start, sums) -> (sums == null ? OutcomeSums.empty(start) : sums)
                        .with(new OutcomeSums.Late(row.getLong("decisions"), row.getLong("outcomes")))));
        return blocks;
    }

    private static Uni<List<OutcomeSums>> withNow(
            SqlConnection connection, String testId, NavigableMap<Instant, OutcomeSums> blocks) {
        OffsetDateTime[] late = blocks.descendingMap().values().stream()
                .filter(block -> block.late().any())
                .limit(MOST_NOW)
                .map(block -> block.start().atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
        if (late.length == 0) {
            return Uni.createFrom().item(List.copyOf(blocks.values()));
        }
        return connection
                .preparedQuery("select * from ab_test_outcome_now($1, $2, $3)")
                .execute(Tuple.of(testId, late, STEP))
                .map(rows -> {
                    Map<Instant, OutcomeSums> now = new HashMap<>();
                    rows.forEach(row -> {
                        OutcomeSums part = sums(row);
                        now.merge(part.start(), part, OutcomeSums::plus);
                    });
                    now.forEach(
                            (start, sums) -> blocks.computeIfPresent(start, (same, block) -> block.with(sums.pairs())));
                    return List.copyOf(blocks.values());
                });
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
                        new OutcomeBlock.Coverage(row.getLong("agreeing"), row.getLong("agreeing_known")),
                        new OutcomeBlock.Coverage(row.getLong("disagreeing"), row.getLong("disagreeing_known")),
                        row.getDouble("raw_control"),
                        row.getDouble("raw_treatment"),
                        row.getDouble("raw_difference"),
                        row.getDouble("clipped_difference")),
                OutcomeSums.Late.NONE,
                null);
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
                new OutcomeBlock.Coverage(row.getLong("control_arm"), row.getLong("control_arm_known")),
                new OutcomeBlock.Coverage(row.getLong("treatment_arm"), row.getLong("treatment_arm_known")),
                row.getDouble("scale"));
    }

    private static OutcomeBlock.Earned earned(Row row, String kind) {
        return new OutcomeBlock.Earned(
                row.getDouble(kind + "_control"),
                row.getDouble(kind + "_treatment"),
                row.getDouble(kind + "_difference"));
    }
}
