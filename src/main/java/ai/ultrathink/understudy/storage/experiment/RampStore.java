package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads ramps. They are changed together with their experiments, see {@link ExperimentStore#change}. */
@ApplicationScoped
public class RampStore {

    private static final String OF_KEPT_TESTS = "select " + RampRows.COLUMNS
            + " from ab_test_ramps where test_id in (select test_id from ab_test_configs where deleted_at is null)"
            + " and coalesce(state ->> 'state', '') <> all($1)";

    private final Database database;

    RampStore(Database database) {
        this.database = database;
    }

    /** The ramp of an experiment, if it ever had one. */
    public Uni<Optional<PersistedRamp>> find(String testId) {
        return database.withConnection(connection -> RampRows.find(connection, testId));
    }

    /**
     * The ramps of all experiments that are not deleted, by experiment.
     *
     * @param states the states to leave out
     */
    public Uni<Map<String, PersistedRamp>> except(String... states) {
        return database.withConnection(connection -> connection
                .preparedQuery(OF_KEPT_TESTS)
                .execute(Tuple.tuple().addArrayOfString(states))
                .map(rows -> {
                    Map<String, PersistedRamp> ramps = new HashMap<>();
                    rows.forEach(row -> ramps.put(row.getString("test_id"), RampRows.read(row)));
                    return ramps;
                }));
    }
}
