package ai.ultrathink.understudy.storage.audit;

import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.AuditRecord;
import ai.ultrathink.understudy.change.AutomaticEntry;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.json.ExperimentJson;
import ai.ultrathink.understudy.trace.DecisionSpan;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The audit trail in PostgreSQL: changes by people, and automatic changes by replicas. */
@ApplicationScoped
public class EventStore {

    // the empty hash asks for a seal: an event without it was not written by the service
    // an event may have been written although there was no answer in time: a second attempt must not write it twice
    private static final String INSERT_ONCE =
            "insert into ab_test_events (time, test_id, actor, action, from_state, to_state, generation, reason, hash)"
                    + " select $1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, '' where not exists (select 1 from ab_test_events"
                    + " where test_id = $2 and time = $1 and actor = $3 and action = $4 and to_state = $6::jsonb)";

    private static final String INSERT =
            "insert into ab_test_events (test_id, actor, action, from_state, to_state, generation, reason, evidence, approval_id,"
                    + " approved_by, hash)"
                    + " values ($1, $2, $3, ab_test_versions($4::jsonb) || $4::jsonb, ab_test_versions($5::jsonb) || $5::jsonb,"
                    + " $6, $7, $8::text::jsonb, $9, $10, '')";

    // a new leader does not know which alerts its predecessor has stored
    private static final String INSERT_ALERT =
            "insert into ab_test_events (test_id, actor, action, to_state, generation, reason, evidence, hash)"
                    + " select $1, $2, $3, $4::jsonb, $5, $6, $7::text::jsonb, '' where not exists (select 1 from ab_test_events"
                    + " where test_id = $1 and action = $3 and generation = $5 and to_state = $4::jsonb)";

    private static final String COLUMNS =
            "event_id, time, test_id, actor, action, from_state::text as from_state, to_state::text as to_state,"
                    + " generation, reason, evidence::text as evidence, approved_by, approval_id, chain_position, previous_hash, hash";
    private static final String NEWEST =
            "select " + COLUMNS + " from ab_test_events where test_id = $1 order by event_id desc limit $2";
    private static final String ONE = "select " + COLUMNS + " from ab_test_events where test_id = $1 and event_id = $2";

    private static final ChangeLog CHANGES = new ChangeLog();

    private final Database database;

    EventStore(Database database) {
        this.database = database;
    }

    /** Stores an event; an existing one is not changed, so an event may be stored again. */
    Uni<Void> record(AutomaticEntry event) {
        DecisionSpan span = DecisionSpan.begin();
        return database.withConnection(connection -> connection
                .preparedQuery(INSERT_ONCE)
                .execute(Tuple.tuple()
                        .addOffsetDateTime(event.time().atOffset(ZoneOffset.UTC))
                        .addString(event.testId())
                        .addString(event.actor())
                        .addString(event.action().wireName())
                        .addJsonObject(json(event.from()))
                        .addJsonObject(json(event.to()))
                        .addLong(event.generation())
                        .addString(event.reason()))
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        span.stored(
                                event.testId(),
                                event.actor(),
                                event.action().wireName(),
                                event.generation(),
                                event.reason());
                    }
                })
                .replaceWithVoid());
    }

    /**
     * Adds the events of a change, in the change's own transaction.
     *
     * @param before null at the experiment's creation
     */
    public static Uni<Void> append(
            SqlConnection connection,
            List<AuditEntry> entries,
            @Nullable LockedExperiment before,
            LockedExperiment after) {
        return append(connection, entries, before, after, new JsonObject());
    }

    /**
     * The same, of a change that gives the experiment other versions of its models.
     *
     * @param versions the earlier versions; where one is missing, the present version
     */
    public static Uni<Void> append(
            SqlConnection connection,
            List<AuditEntry> entries,
            @Nullable LockedExperiment before,
            LockedExperiment after,
            JsonObject versions) {
        JsonObject from = before == null ? null : json(before).mergeIn(versions);
        return connection
                .preparedQuery(INSERT)
                .executeBatch(entries.stream()
                        .map(entry -> Tuple.tuple()
                                .addString(after.experiment().testId())
                                .addString(entry.actor())
                                .addString(entry.action().wireName())
                                .addJsonObject(from)
                                .addJsonObject(json(after))
                                .addLong(after.experiment().generation())
                                .addString(entry.reason())
                                .addString(entry.evidence())
                                .addUUID(entry.approvalId())
                                .addString(entry.approvedBy()))
                        .toList())
                .invoke(() -> CHANGES.when(
                        connection.transaction(),
                        entries,
                        before == null ? null : json(before),
                        json(after),
                        after.experiment()))
                .replaceWithVoid();
    }

    /**
     * Stores an alert, once for the same generation of the experiment and the same state.
     *
     * @param state the state to report
     */
    public Uni<Void> alert(String testId, long generation, Map<String, String> state, AuditEntry entry) {
        DecisionSpan span = DecisionSpan.begin();
        return database.withConnection(connection -> connection
                .preparedQuery(INSERT_ALERT)
                .execute(Tuple.tuple()
                        .addString(testId)
                        .addString(entry.actor())
                        .addString(entry.action().wireName())
                        .addJsonObject(json(state))
                        .addLong(generation)
                        .addString(entry.reason())
                        .addString(entry.evidence()))
                .invoke(rows -> {
                    if (rows.rowCount() > 0) {
                        span.stored(testId, entry.actor(), entry.action().wireName(), generation, entry.reason());
                    }
                })
                .replaceWithVoid());
    }

    /** One event of an experiment, deleted or not. */
    public Uni<Optional<AuditRecord>> find(String testId, long eventId) {
        return database.withConnection(connection -> connection
                .preparedQuery(ONE)
                .execute(Tuple.of(testId, eventId))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(EventStore::read)
                        .findFirst()));
    }

    /** The newest events of an experiment; those of a deleted experiment as well. */
    public Uni<List<AuditRecord>> newest(String testId, int limit) {
        return database.withConnection(connection -> connection
                .preparedQuery(NEWEST)
                .execute(Tuple.of(testId, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(EventStore::read)
                        .toList()));
    }

    /** An event, from a row with all its columns by their names. */
    public static AuditRecord read(Row row) {
        return new AuditRecord(
                row.getLong("event_id"),
                row.getOffsetDateTime("time").toInstant(),
                row.getString("test_id"),
                row.getString("actor"),
                row.getString("action"),
                row.getString("from_state"),
                row.getString("to_state"),
                row.getLong("generation"),
                row.getString("reason"),
                row.getString("evidence"),
                row.getString("approved_by"),
                row.getUUID("approval_id"),
                row.getLong("chain_position"),
                row.getString("previous_hash"),
                row.getString("hash"));
    }

    private static JsonObject json(LockedExperiment locked) {
        JsonObject json = ExperimentJson.write(locked.experiment());
        return locked.ramp() == null ? json : json.put("ramp", state(locked.ramp()));
    }

    /** The state of a ramp; of one that cannot be read its raw text, so that it can still be replaced. */
    private static Object state(PersistedRamp ramp) {
        try {
            return new JsonObject(ramp.state());
        } catch (DecodeException | ClassCastException e) {
            return ramp.state();
        }
    }

    private static JsonObject json(Map<String, String> state) {
        JsonObject json = new JsonObject();
        state.forEach(json::put);
        return json;
    }
}
