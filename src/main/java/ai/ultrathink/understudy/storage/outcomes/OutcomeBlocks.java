package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.evidence.GenerationEvidence.Versions;
import ai.ultrathink.understudy.evidence.OutcomeBlock;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.StreamSupport;

/** Blocks of outcomes: closes them when they are due, and reads those that are closed. */
@ApplicationScoped
public class OutcomeBlocks {

    /** As many decisions a step as stay well within the time that a query may take. */
    private static final int STEP = 10_000;

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
    public Uni<List<OutcomeBlock>> closed(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery("select * from ab_test_outcome_evidence($1)")
                .execute(Tuple.of(testId))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(OutcomeBlocks::block)
                        .toList()));
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
