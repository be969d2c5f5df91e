package ai.ultrathink.understudy.storage.fleet;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.Reload;
import ai.ultrathink.understudy.replica.ReloadDecision;
import ai.ultrathink.understudy.replica.ReloadTarget;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.replica.WantedModel;
import ai.ultrathink.understudy.storage.db.Database;
import ai.ultrathink.understudy.storage.experiment.ModelChanges;
import ai.ultrathink.understudy.storage.json.FleetJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores the replicas' agreement about models: the wanted versions, the live replicas and their versions, and reloads.
 * A change of a wanted version and of the affected experiments is one transaction, and such transactions run one after
 * the other.
 */
@ApplicationScoped
public class FleetStore {

    // an unchanged row need not be written more than once a second
    private static final String BEAT =
            "insert into ab_replicas as kept (replica_id, name, started_at, heartbeat, models, seals_events, catalog_version)"
                    + " values ($1, $2, clock_timestamp(), clock_timestamp(), $3, true, $4) on conflict (replica_id) do update"
                    + " set heartbeat = excluded.heartbeat, models = excluded.models, seals_events = true,"
                    + " catalog_version = excluded.catalog_version"
                    + " where kept.heartbeat < excluded.heartbeat - interval '900 milliseconds' or kept.models <> excluded.models"
                    + " or kept.catalog_version is distinct from excluded.catalog_version";
    private static final String LEAVE = "delete from ab_replicas where replica_id = $1";
    // the reloads' retention is that of the audit trail, which has what they did to experiments; these are for those
    // who
    // watch
    private static final String TIDY =
            "with gone as (delete from ab_replicas where heartbeat < now() - interval '1 hour')"
                    + " delete from ab_model_reloads where started_at < now() - interval '90 days'";
    private static final String BEGIN =
            "insert into ab_model_reloads (reload_id, actor, replica, started_at, deadline, targets)"
                    + " values ($1, $2, $3, clock_timestamp(), clock_timestamp() + $4 * interval '1 millisecond', $5)";
    private static final String SETTLE =
            "update ab_model_reloads set state = $2, switch_at = $3, detail = $4, targets = $5,"
                    + " progress = $6 where reload_id = $1";
    private static final String WANT = "insert into ab_model_versions (model, version, digest, since, actor, reload_id)"
            + " values ($1, $2, $3, $4, $5, $6) on conflict (model) do update set version = excluded.version,"
            + " digest = excluded.digest, since = excluded.since, actor = excluded.actor, reload_id = excluded.reload_id";

    private final Database database;
    private final ModelChanges changes;
    private final KnownModels known = new KnownModels();

    FleetStore(Database database, ModelChanges changes) {
        this.database = database;
        this.changes = changes;
    }

    /** Reports a replica's versions and reads the wanted ones. Also tries while the database is away. */
    public Uni<FleetState> beat(ReplicaState replica) {
        return database.attempt(
                connection -> write(connection, replica).chain(() -> FleetRows.read(connection, known)));
    }

    /** Reports that a replica ends, so that no other waits for it. */
    public Uni<Void> leave(UUID replicaId) {
        return database.attempt(connection ->
                connection.preparedQuery(LEAVE).execute(Tuple.of(replicaId)).replaceWithVoid());
    }

    /** Removes rows that are no longer read. */
    public Uni<Void> tidy() {
        return database.attempt(connection -> connection.query(TIDY).execute().replaceWithVoid());
    }

    /** The reload with this id, which may be completed. */
    public Uni<Optional<Reload>> find(UUID reloadId) {
        return database.withConnection(connection -> FleetRows.find(connection, reloadId));
    }

    /**
     * Begins a reload, or returns the one in progress. It is completed at once if possible.
     *
     * @param replica the replica that got the request, with its versions
     * @param within the time after which it is completed in any case
     */
    public Uni<Reload> begin(
            UUID reloadId,
            String actor,
            ReplicaState replica,
            Duration within,
            List<ReloadTarget> targets,
            Function<FleetState, ReloadDecision> rule) {
        return database.withTransaction(connection -> ModelChanges.lock(connection)
                .chain(() -> write(connection, replica))
                .chain(() -> FleetRows.read(connection, known))
                .chain(fleet -> {
                    Reload open = fleet.open();
                    return open != null
                            ? Uni.createFrom().item(open)
                            : connection
                                    .preparedQuery(BEGIN)
                                    .execute(Tuple.from(List.of(
                                            reloadId,
                                            actor,
                                            replica.name(),
                                            within.toMillis(),
                                            FleetJson.targets(targets))))
                                    .chain(() -> settle(connection, rule))
                                    .chain(() -> FleetRows.find(connection, reloadId))
                                    .map(Optional::orElseThrow);
                }));
    }

    /** Completes the reload in progress if the rule decides so from the replicas' present versions. */
    public Uni<Void> settle(Function<FleetState, ReloadDecision> rule) {
        return database.attemptTransaction(
                connection -> ModelChanges.lock(connection).chain(() -> settle(connection, rule)));
    }

    private Uni<Void> settle(SqlConnection connection, Function<FleetState, ReloadDecision> rule) {
        return FleetRows.read(connection, known).chain(fleet -> {
            Reload open = fleet.open();
            if (open == null) {
                return Uni.createFrom().voidItem();
            }
            return switch (rule.apply(fleet)) {
                case ReloadDecision.Wait wait -> Uni.createFrom().voidItem();
                case ReloadDecision.Fail failed ->
                    connection
                            .preparedQuery(SETTLE)
                            .execute(Tuple.tuple()
                                    .addUUID(open.id())
                                    .addString("failed")
                                    .addOffsetDateTime(null)
                                    .addString(failed.why())
                                    .addJsonArray(FleetJson.targets(open.targets()))
                                    .addJsonArray(FleetJson.progress(failed.progress())))
                            .replaceWithVoid();
                case ReloadDecision.Switch to -> switching(connection, fleet, open, to);
            };
        });
    }

    private Uni<Void> switching(SqlConnection connection, FleetState fleet, Reload open, ReloadDecision.Switch to) {
        List<WantedModel> next = to.targets().stream()
                .map(target -> new WantedModel(
                        target.model(), target.version(), fleet.now().plus(to.in()), open.actor()))
                .toList();
        return want(connection, fleet, next, open.id())
                .chain(() -> connection
                        .preparedQuery(SETTLE)
                        .execute(Tuple.tuple()
                                .addUUID(open.id())
                                .addString("switched")
                                .addOffsetDateTime(fleet.now().plus(to.in()).atOffset(ZoneOffset.UTC))
                                .addString(to.left())
                                .addJsonArray(FleetJson.targets(to.targets()))
                                .addJsonArray(FleetJson.progress(to.progress()))))
                .replaceWithVoid();
    }

    /**
     * Makes versions of a replica wanted at once, without a reload.
     *
     * @param rule chooses the versions from the present state of the fleet; mostly none
     */
    public Uni<Void> adopt(ReplicaState replica, String actor, Function<FleetState, List<ModelVersion>> rule) {
        return database.attemptTransaction(connection -> ModelChanges.lock(connection)
                .chain(() -> write(connection, replica))
                .chain(() -> FleetRows.read(connection, known))
                .chain(fleet -> want(
                        connection,
                        fleet,
                        rule.apply(fleet).stream()
                                .map(version -> new WantedModel(version.name(), version, fleet.now(), actor))
                                .toList(),
                        null)));
    }

    private Uni<Void> want(
            SqlConnection connection, FleetState fleet, List<WantedModel> next, @Nullable UUID reloadId) {
        if (next.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return changes.before(connection, fleet, next)
                .chain(touched -> connection
                        .preparedQuery(WANT)
                        .executeBatch(next.stream()
                                .map(one -> {
                                    ModelVersion version = one.version();
                                    return Tuple.tuple()
                                            .addString(one.model())
                                            .addString(version == null ? null : version.version())
                                            .addString(version == null ? null : version.digest())
                                            .addOffsetDateTime(one.since().atOffset(ZoneOffset.UTC))
                                            .addString(one.actor())
                                            .addUUID(reloadId);
                                })
                                .toList())
                        .chain(() -> changes.write(
                                connection, touched, next.getFirst().actor())));
    }

    private static Uni<Void> write(SqlConnection connection, ReplicaState replica) {
        return connection
                .preparedQuery(BEAT)
                .execute(Tuple.of(
                        replica.id(), replica.name(), FleetJson.models(replica.models()), replica.catalogVersion()))
                .replaceWithVoid();
    }
}
