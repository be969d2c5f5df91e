package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.change.RecordedExperiment;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.storage.db.Database;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/** Reads experiments and promotions: those that changed if the database continues the known history, otherwise all. */
@ApplicationScoped
public class CatalogStore {

    private static final Logger LOG = Logger.getLogger(CatalogStore.class);

    /** With more changes than this it is cheaper to read everything. */
    private static final long MOST_CHANGES = 1000;

    private static final String VERSION = "select v.version, c.stamp from ab_catalog_version v"
            + " left join ab_catalog_changes c on c.version = v.version";
    private static final String HISTORY = "select version, stamp, test_ids from ab_catalog_changes"
            + " where version between $1 and $2 order by version";
    private static final String ALL =
            "select " + ExperimentRows.FOR_CATALOG + " from ab_test_configs where deleted_at is null";
    private static final String SOME = ALL + " and test_id = any($1)";

    private static final String ONE =
            "select deleted_at, " + ExperimentRows.READ + " from ab_test_configs where test_id = $1";

    private final Database database;
    private final Set<Promotion> toldOf = ConcurrentHashMap.newKeySet();

    CatalogStore(Database database) {
        this.database = database;
    }

    /**
     * Reads everything that decides which model answers, at one moment.
     *
     * @param known the catalog version that was loaded last
     */
    public Uni<LoadedCatalog> load(StoredCatalog known) {
        return database.attemptTransaction(connection -> connection
                .query("set transaction isolation level repeatable read, read only")
                .execute()
                .chain(() -> connection.query(VERSION).execute())
                .map(CatalogStore::version)
                .chain(version -> history(connection, known.version(), version)
                        .chain(history -> PromotionRows.all(connection)
                                .map(this::readable)
                                .chain(promotions -> load(connection, known, version, history, promotions))
                                .chain(loaded -> VersionRows.inForce(connection)
                                        .map(versions -> new LoadedCatalog(
                                                loaded.catalog().withVersions(versions),
                                                loaded.experimentsRead(),
                                                loaded.otherTruth()))))));
    }

    /** One experiment, deleted or not. */
    public Uni<Optional<RecordedExperiment>> find(String testId) {
        return database.withConnection(connection -> connection
                .preparedQuery(ONE)
                .execute(Tuple.of(testId))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(CatalogStore::recorded)
                        .findFirst()));
    }

    private static RecordedExperiment recorded(Row row) {
        ExperimentRows.Reading reading = ExperimentRows.read(row);
        OffsetDateTime deletedAt = row.getOffsetDateTime("deleted_at");
        return new RecordedExperiment(
                reading.experiment(), reading.problem(), deletedAt == null ? null : deletedAt.toInstant());
    }

    /** The version alone, a cheap check whether {@link #load} would return anything new. */
    public Uni<CatalogVersion> version() {
        return database.poll(connection -> connection.query(VERSION).execute().map(CatalogStore::version));
    }

    private static CatalogVersion version(RowSet<Row> rows) {
        Row row = rows.iterator().next();
        return new CatalogVersion(row.getLong("version"), row.getUUID("stamp"));
    }

    /** Drops promotions to invalid model names: the model that was asked for answers. */
    private Map<String, Promotion> readable(Map<String, Promotion> promotions) {
        return promotions.values().stream()
                .filter(this::readable)
                .collect(Collectors.toUnmodifiableMap(Promotion::model, promotion -> promotion));
    }

    private boolean readable(Promotion promotion) {
        try {
            IdentifierRules.model("serves", promotion.serves());
            return true;
        } catch (InvalidValueException e) {
            if (toldOf.add(promotion)) {
                LOG.errorf("the promotion of model %s is ignored: %s", promotion.model(), e.getMessage());
            }
            return false;
        }
    }

    private static Uni<LoadedCatalog> load(
            SqlConnection connection,
            StoredCatalog known,
            CatalogVersion version,
            History history,
            Map<String, Promotion> promotions) {
        return switch (history) {
            case History.Continues(Set<String> changed) ->
                some(connection, changed)
                        .map(readings -> new LoadedCatalog(
                                known.with(version, changed, readings, promotions), readings.size(), null));
            case History.Unknown unknown ->
                all(connection)
                        .map(readings -> new LoadedCatalog(
                                StoredCatalog.of(version, readings, promotions), readings.size(), null));
            case History.Other(String why) ->
                all(connection)
                        .map(readings -> new LoadedCatalog(
                                StoredCatalog.of(version, readings, promotions), readings.size(), why));
        };
    }

    private sealed interface History {

        /** The known version is part of this database's history, and these experiments have changed since. */
        record Continues(Set<String> changed) implements History {}

        /** No version is known, or it is too old to compare. */
        record Unknown() implements History {}

        /** The known version is not part of this database's history. */
        record Other(String why) implements History {}
    }

    private static Uni<History> history(SqlConnection connection, CatalogVersion known, CatalogVersion now) {
        if (now.number() < known.number()) {
            return Uni.createFrom()
                    .item(new History.Other(
                            "it is at version " + now.number() + ", and this replica had " + known.number()));
        }
        if (known.stamp() == null || now.number() - known.number() > MOST_CHANGES) {
            return Uni.createFrom().item(new History.Unknown());
        }
        return connection
                .preparedQuery(HISTORY)
                .execute(Tuple.of(known.number(), now.number()))
                .map(rows ->
                        history(StreamSupport.stream(rows.spliterator(), false).toList(), known, now));
    }

    private static History history(List<Row> rows, CatalogVersion known, CatalogVersion now) {
        if (rows.isEmpty() || rows.getFirst().getLong("version") != known.number()) {
            return new History.Unknown();
        }
        if (!Objects.equals(rows.getFirst().getUUID("stamp"), known.stamp())) {
            return new History.Other("its version " + known.number() + " is not the one that this replica had");
        }
        List<Row> since = rows.subList(1, rows.size());
        if (since.size() != now.number() - known.number()) {
            return new History.Unknown();
        }
        Set<String> changed = new HashSet<>();
        for (Row row : since) {
            String[] testIds = row.getArrayOfStrings("test_ids");
            if (testIds == null) {
                return new History.Unknown();
            }
            changed.addAll(List.of(testIds));
        }
        return new History.Continues(changed);
    }

    private static Uni<List<ExperimentRows.Reading>> all(SqlConnection connection) {
        return connection.query(ALL).execute().map(CatalogStore::readings);
    }

    private static Uni<List<ExperimentRows.Reading>> some(SqlConnection connection, Set<String> testIds) {
        return testIds.isEmpty()
                ? Uni.createFrom().item(List.of())
                : connection
                        .preparedQuery(SOME)
                        .execute(Tuple.tuple().addArrayOfString(testIds.toArray(String[]::new)))
                        .map(CatalogStore::readings);
    }

    private static List<ExperimentRows.Reading> readings(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> ExperimentRows.read(row, IdentifierRules::shortened))
                .toList();
    }
}
