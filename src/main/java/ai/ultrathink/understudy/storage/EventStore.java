package ai.ultrathink.understudy.storage;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.Map;

/** Writes to the audit trail what a replica did by itself. Changes of tests write their own events, in their transaction. */
@ApplicationScoped
public class EventStore {

    // what did not answer in time may have been written all the same: the second attempt must not write it twice
    private static final String INSERT =
            "insert into ab_test_events (time, test_id, actor, action, from_state, to_state, generation, reason)"
                    + " select $1, $2, $3, $4, $5, $6, $7, $8 where not exists (select 1 from ab_test_events"
                    + " where test_id = $2 and time = $1 and actor = $3 and action = $4 and to_state = $6)";

    private final Database database;

    EventStore(Database database) {
        this.database = database;
    }

    /** Stores an event; one that is there already is left alone, so an event may be sent again. */
    public Uni<Void> record(AutomaticEvent event) {
        return database.withConnection(connection -> connection
                .preparedQuery(INSERT)
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

    private static JsonObject json(Map<String, String> state) {
        JsonObject json = new JsonObject();
        state.forEach(json::put);
        return json;
    }
}
