package ai.ultrathink.understudy.storage.results;

import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import ai.ultrathink.understudy.storage.db.FailureCause;
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

    public ResultStore(Database database) {
        this.database = database;
    }

    /**
     * Stores a batch, and what it adds to the evidence, in one statement. A row that is there already is left alone and counts
     * no second time, so a batch may be sent again.
     *
     * <p>Fails with {@link DatabaseAwayException} when the same batch may well be stored later, as when the server is away, full
     * or locked, or the password, the rights or the table are wrong until somebody mends them; with something else when a row of
     * it never will.
     *
     * @return how many rows were new
     */
    public Uni<Integer> insert(List<Observation> batch) {
        Tuple columns = ResultColumns.arrays(batch);
        return database.attempt(connection -> connection
                        .preparedQuery(ResultColumns.INSERT)
                        .execute(columns)
                        .map(rows -> rows.iterator().next().getInteger("stored")))
                .onFailure(failure -> !(failure instanceof DatabaseAwayException) && !isOfTheRows(failure))
                .transform(failure -> new DatabaseAwayException(
                        new FailureCause(true, "the database takes no results (" + failure.getMessage() + ")"),
                        failure));
    }

    /** Whether the values themselves are what the database will not have. */
    static boolean isOfTheRows(Throwable failure) {
        // 22 data exception, 23 integrity constraint violation, 54 beyond a limit, such as that of an index entry
        return !(failure instanceof PgException refused)
                || Stream.of("22", "23", "54").anyMatch(String.valueOf(refused.getSqlState())::startsWith);
    }
}
