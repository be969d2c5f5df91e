package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import ai.ultrathink.understudy.storage.db.FailureCause;
import ai.ultrathink.understudy.trace.Tracing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Stream;

/** Writes observations to {@code ab_test_results}. */
@ApplicationScoped
public class ResultStore {

    private final Database database;
    private final Tracing tracing;

    public ResultStore(Database database, Tracing tracing) {
        this.database = database;
        this.tracing = tracing;
    }

    /**
     * Stores a batch, and adds it to the evidence, in one statement. An existing row is not changed and not counted
     * again, so a batch may be stored again.
     *
     * <p>Fails with {@link DatabaseAwayException} if the batch can be stored later: the server is away, full or locked,
     * or the password, the permissions or the table are wrong and can be repaired. Fails with another exception if one
     * of its rows can never be stored.
     *
     * @return the number of new rows
     */
    public Uni<Integer> insert(List<Observation> batch) {
        Tuple columns = ResultColumns.parameters(batch);
        return tracing.stored(batch, insert(columns));
    }

    private Uni<Integer> insert(Tuple columns) {
        return database.attempt(connection -> connection
                        .preparedQuery(ResultColumns.INSERT)
                        .execute(columns)
                        .map(rows -> rows.iterator().next().getInteger("stored")))
                .onFailure(failure -> !(failure instanceof DatabaseAwayException) && !isOfTheRows(failure))
                .transform(failure -> new DatabaseAwayException(
                        new FailureCause(true, "the database accepts no results (" + failure.getMessage() + ")"),
                        failure));
    }

    /** Whether the database rejects the values themselves. */
    static boolean isOfTheRows(Throwable failure) {
        // 22 data exception, 23 integrity constraint violation, 54 beyond a limit, such as that of an index entry
        return !(failure instanceof PgException refused)
                || Stream.of("22", "23", "54").anyMatch(String.valueOf(refused.getSqlState())::startsWith);
    }
}
