package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.outcome.Observation;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Writes observations to {@code ab_test_results}. */
@ApplicationScoped
public class ResultStore {

    private final Database database;

    ResultStore(Database database) {
        this.database = database;
    }

    /**
     * Stores a batch in one statement. A row that is there already is left alone, so a batch may be sent again.
     *
     * @return how many rows were new
     */
    public Uni<Integer> insert(List<Observation> batch) {
        return database.attempt(connection -> connection
                .preparedQuery(ResultColumns.INSERT)
                .execute(ResultColumns.arrays(batch))
                .map(rows -> rows.rowCount()));
    }
}
