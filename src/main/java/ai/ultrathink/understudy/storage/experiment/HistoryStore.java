package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.evidence.EvaluationSnapshot;
import ai.ultrathink.understudy.evidence.HistoryPoint;
import ai.ultrathink.understudy.evidence.HistoryPoint.Mark;
import ai.ultrathink.understudy.evidence.HistoryThinning;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.json.HistoryJson;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** What the evaluations of each experiment found over its life, as rows of {@code ab_test_history}: so many at most. */
@ApplicationScoped
public class HistoryStore {

    /** Points of one experiment. */
    static final int MOST = 720;

    // the count is of the points before this one
    private static final String ADD = """
            with added as (
                insert into ab_test_history (
                    test_id, time, generation, verdict, reasons, guardrails, ramp_waits_for, changed)
                values ($1, clock_timestamp(), $2, $3, $4, $5, $6, $7)
                on conflict (test_id, time) do nothing)
            select count(*) as earlier from ab_test_history where test_id = $1""";
    private static final String LAST =
            "select " + HistoryRows.COLUMNS + " from ab_test_history where test_id = $1 order by time desc limit 1";
    private static final String MARKS = "select time, changed from ab_test_history where test_id = $1 order by time";
    private static final String SOME = "select " + HistoryRows.COLUMNS
            + " from ab_test_history where test_id = $1 and time = any($2) order by time";
    private static final String REMOVE = "delete from ab_test_history where test_id = $1 and time = any($2)";

    private final Database database;

    HistoryStore(Database database) {
        this.database = database;
    }

    /** The newest point of an experiment, if it has one. */
    public Uni<Optional<HistoryPoint>> last(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(LAST)
                .execute(Tuple.of(testId))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(HistoryRows::read)
                        .findFirst()));
    }

    /**
     * Adds a point, at the present time of the database, and thins the older ones if there are too many.
     *
     * @param changed whether the verdict, a state or the generation is another than in the point before
     */
    public Uni<Void> add(String testId, EvaluationSnapshot evaluation, boolean changed) {
        List<String> ramp = evaluation.rampWaitsFor();
        return database.withConnection(connection -> connection
                .preparedQuery(ADD)
                .execute(Tuple.tuple()
                        .addString(testId)
                        .addLong(evaluation.generation())
                        .addString(evaluation.verdict())
                        .addJsonArray(new JsonArray(evaluation.reasons()))
                        .addJsonArray(HistoryJson.write(evaluation.guardrails()))
                        .addJsonArray(ramp == null ? null : new JsonArray(ramp))
                        .addBoolean(changed))
                .chain(rows -> rows.iterator().next().getLong("earlier") < MOST
                        ? Uni.createFrom().voidItem()
                        : thin(connection, testId)));
    }

    private static Uni<Void> thin(SqlConnection connection, String testId) {
        return marks(connection, testId).chain(marks -> {
            Set<Mark> superfluous = new HashSet<>(marks);
            HistoryThinning.kept(marks, MOST).forEach(superfluous::remove);
            return connection
                    .preparedQuery(REMOVE)
                    .execute(Tuple.tuple().addString(testId).addArrayOfOffsetDateTime(times(List.copyOf(superfluous))))
                    .replaceWithVoid();
        });
    }

    /** So many points of an experiment at most, oldest first: those at which something changed, and others between them. */
    public Uni<List<HistoryPoint>> shown(String testId, int most) {
        return database.withConnection(connection -> marks(connection, testId)
                .map(marks -> HistoryThinning.shown(marks, most))
                .chain(shown -> connection
                        .preparedQuery(SOME)
                        .execute(Tuple.tuple().addString(testId).addArrayOfOffsetDateTime(times(shown))))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(HistoryRows::read)
                        .toList()));
    }

    private static Uni<List<Mark>> marks(SqlConnection connection, String testId) {
        return connection
                .preparedQuery(MARKS)
                .execute(Tuple.of(testId))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new Mark(row.getOffsetDateTime("time").toInstant(), row.getBoolean("changed")))
                        .toList());
    }

    private static OffsetDateTime[] times(List<Mark> marks) {
        return marks.stream()
                .map(Mark::time)
                .map((Instant time) -> time.atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }
}
