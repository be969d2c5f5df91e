package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.ModelVersion;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the fleet's tables. */
final class FleetRows {

    private static final String RELOAD =
            "select reload_id, actor, replica, started_at, deadline, state, switch_at, detail,"
                    + " targets, progress from ab_model_reloads where ";

    private static final String WANTED =
            "select model, version, digest, since, actor from ab_model_versions order by model";

    // long enough for whoever reads it, and no row of a process that ended long ago
    private static final String REPLICAS = "select replica_id, name, heartbeat, models from ab_replicas"
            + " where heartbeat > now() - interval '1 hour' order by name, replica_id";

    private FleetRows() {}

    static Uni<StoredFleet> read(SqlConnection connection) {
        return all(connection, WANTED, FleetRows::wanted)
                .chain(wanted -> all(connection, REPLICAS, FleetRows::replica)
                        .chain(replicas -> all(connection, RELOAD + "state = 'loading'", FleetRows::reload)
                                .chain(open -> now(connection)
                                        .map(now -> new StoredFleet(
                                                now, wanted, replicas, open.isEmpty() ? null : open.getFirst())))));
    }

    /** Not the transaction's beginning: it may have waited for its locks. */
    private static Uni<Instant> now(SqlConnection connection) {
        return all(connection, "select clock_timestamp() as now", row -> at(row.getOffsetDateTime("now")))
                .map(List::getFirst);
    }

    /** What every replica shall serve, by model. */
    static Uni<Map<String, ModelVersion>> versions(SqlConnection connection) {
        return all(connection, WANTED, FleetRows::wanted)
                .map(wanted -> wanted.stream()
                        .map(WantedModel::version)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toUnmodifiableMap(ModelVersion::name, version -> version)));
    }

    static Uni<Optional<StoredReload>> find(SqlConnection connection, UUID reloadId) {
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

    private static WantedModel wanted(Row row) {
        String model = row.getString("model");
        String digest = row.getString("digest");
        return new WantedModel(
                model,
                digest == null ? null : new ModelVersion(model, row.getString("version"), digest),
                at(row.getOffsetDateTime("since")),
                row.getString("actor"));
    }

    private static StoredReplica replica(Row row) {
        return new StoredReplica(
                row.getUUID("replica_id"),
                row.getString("name"),
                at(row.getOffsetDateTime("heartbeat")),
                FleetJson.models(row.getJsonArray("models")));
    }

    private static StoredReload reload(Row row) {
        OffsetDateTime switchAt = row.getOffsetDateTime("switch_at");
        return new StoredReload(
                row.getUUID("reload_id"),
                row.getString("actor"),
                row.getString("replica"),
                at(row.getOffsetDateTime("started_at")),
                at(row.getOffsetDateTime("deadline")),
                StoredReload.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
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
