package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The audit trail in PostgreSQL: what people changed, and what a replica did by itself. */
@ApplicationScoped
public class EventStore {

    // what did not answer in time may have been written all the same: the second attempt must not write it twice
    private static final String INSERT_ONCE =
            "insert into ab_test_events (time, test_id, actor, action, from_state, to_state, generation, reason)"
                    + " select $1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8 where not exists (select 1 from ab_test_events"
                    + " where test_id = $2 and time = $1 and actor = $3 and action = $4 and to_state = $6::jsonb)";

    private static final String INSERT =
            "insert into ab_test_events (test_id, actor, action, from_state, to_state, generation)"
                    + " values ($1, $2, $3, $4, $5, $6)";
    private static final String NEWEST =
            "select event_id, time, test_id, actor, action, from_state::text as from_state,"
                    + " to_state::text as to_state, generation, reason from ab_test_events where test_id = $1"
                    + " order by event_id desc limit $2";

    private final Database database;

    EventStore(Database database) {
        this.database = database;
    }

    /** Stores an event; one that is there already is left alone, so an event may be sent again. */
    Uni<Void> record(AutomaticEvent event) {
        return database.withConnection(connection -> connection
                .preparedQuery(INSERT_ONCE)
                .execute(Tuple.tuple()
                        .addOffsetDateTime(event.time().atOffset(ZoneOffset.UTC))
                        .addString(event.testId())
                        .addString(event.actor())
                        .addString(event.action())
                        .addJsonObject(json(event.from()))
                        .addJsonObject(json(event.to()))
                        .addLong(event.generation())
                        .addString(event.reason()))
                .replaceWithVoid());
    }

    /**
     * Adds the event of a change, in the change's own transaction.
     *
     * @param before the test before, or null at its creation
     */
    static Uni<Void> append(
            SqlConnection connection, String actor, String action, @Nullable Experiment before, Experiment after) {
        return connection
                .preparedQuery(INSERT)
                .execute(Tuple.tuple()
                        .addString(after.testId())
                        .addString(actor)
                        .addString(action)
                        .addJsonObject(before == null ? null : ExperimentRows.json(before))
                        .addJsonObject(ExperimentRows.json(after))
                        .addLong(after.generation()))
                .replaceWithVoid();
    }

    /** The newest events of a test; those of a deleted test as well. */
    public Uni<List<AuditEvent>> newest(String testId, int limit) {
        return database.withConnection(connection -> connection
                .preparedQuery(NEWEST)
                .execute(Tuple.of(testId, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(EventStore::read)
                        .toList()));
    }

    private static AuditEvent read(Row row) {
        return new AuditEvent(
                row.getLong("event_id"),
                row.getOffsetDateTime("time").toInstant(),
                row.getString("test_id"),
                row.getString("actor"),
                row.getString("action"),
                row.getString("from_state"),
                row.getString("to_state"),
                row.getLong("generation"),
                row.getString("reason"));
    }

    private static JsonObject json(Map<String, String> state) {
        JsonObject json = new JsonObject();
        state.forEach(json::put);
        return json;
    }
}
