package ai.ultrathink.understudy.storage.fleet;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.storage.experiment.VersionRows;
import ai.ultrathink.understudy.storage.json.FleetJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the fleet's tables. */
final class FleetRows {

    private static final String RELOAD =
            "select reload_id, actor, replica, started_at, deadline, state, switch_at, detail,"
                    + " targets, progress from ab_model_reloads where ";

    // long enough for readers, but without processes that ended long ago
    private static final String REPLICAS = "select replica_id, name, heartbeat, models_hash, catalog_version,"
            + " case when models_hash <> all ($1) then models end as models from ab_replicas"
            + " where heartbeat > now() - interval '1 hour' order by name, replica_id";

    private FleetRows() {}

    static Uni<FleetState> read(SqlConnection connection, KnownModels known) {
        return VersionRows.wanted(connection)
                .chain(wanted -> replicas(connection, known)
                        .chain(replicas -> all(connection, RELOAD + "state = 'loading'", FleetRows::reload)
                                .chain(open -> now(connection)
                                        .map(now -> new FleetState(
                                                now, wanted, replicas, open.isEmpty() ? null : open.getFirst())))));
    }

    /** The present time, not the start of the transaction, which may have waited for locks. */
    private static Uni<Instant> now(SqlConnection connection) {
        return all(connection, "select clock_timestamp() as now", row -> at(row.getOffsetDateTime("now")))
                .map(List::getFirst);
    }

    static Uni<Optional<Reload>> find(SqlConnection connection, UUID reloadId) {
        return connection
                .preparedQuery(RELOAD + "reload_id = $1")
                .execute(Tuple.of(reloadId))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(FleetRows::reload)
                        .findFirst());
    }

    private static <T> Uni<List<T>> all(SqlConnection connection, String query, Function<Row, T> read) {
        // prepared, because its answers come in binary: jsonb and times as they are
        return connection
                .preparedQuery(query)
                .execute()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(read)
                        .toList());
    }

    private static Uni<List<ReplicaState>> replicas(SqlConnection connection, KnownModels known) {
        KnownModels.Reading reading = known.begin();
        return connection
                .preparedQuery(REPLICAS)
                .execute(Tuple.of(reading.hashes()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> replica(row, reading.of(row)))
                        .toList())
                .invoke(reading::end);
    }

    private static ReplicaState replica(Row row, List<ModelInMemory> models) {
        return new ReplicaState(
                row.getUUID("replica_id"),
                row.getString("name"),
                at(row.getOffsetDateTime("heartbeat")),
                models,
                row.getLong("catalog_version"));
    }

    private static Reload reload(Row row) {
        OffsetDateTime switchAt = row.getOffsetDateTime("switch_at");
        return new Reload(
                row.getUUID("reload_id"),
                row.getString("actor"),
                row.getString("replica"),
                at(row.getOffsetDateTime("started_at")),
                at(row.getOffsetDateTime("deadline")),
                Reload.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                nullable(switchAt),
                row.getString("detail"),
                FleetJson.targets(row.getJsonArray("targets")),
                FleetJson.progress(row.getJsonArray("progress")));
    }

    private static @Nullable Instant nullable(@Nullable OffsetDateTime time) {
        return time == null ? null : at(time);
    }

    private static Instant at(OffsetDateTime time) {
        return time.toInstant();
    }
}
