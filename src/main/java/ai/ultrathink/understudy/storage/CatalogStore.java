package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.StreamSupport;

/** Reads all tests and promotions at once. */
@ApplicationScoped
public class CatalogStore {

    private final Database database;

    CatalogStore(Database database) {
        this.database = database;
    }

    /** Everything that decides which model answers, as of one moment. */
    public Uni<StoredCatalog> load() {
        return database.attemptTransaction(connection -> connection
                .query("set transaction isolation level repeatable read, read only")
                .execute()
                .chain(() -> connection
                        .query("select version from ab_catalog_version")
                        .execute())
                .map(rows -> rows.iterator().next().getLong("version"))
                .chain(version -> experiments(connection)
                        .chain(experiments -> PromotionRows.all(connection)
                                .map(promotions -> new StoredCatalog(version, experiments, promotions)))));
    }

    /** The version alone, to see cheaply whether {@link #load} would bring anything new. */
    public Uni<Long> version() {
        return database.poll(connection -> connection
                .query("select version from ab_catalog_version")
                .execute()
                .map(rows -> rows.iterator().next().getLong("version")));
    }

    private static Uni<List<Experiment>> experiments(SqlConnection connection) {
        return connection
                .query("select " + ExperimentRows.COLUMNS
                        + " from ab_test_configs where deleted_at is null order by created_at desc, test_id")
                .execute()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ExperimentRows::read)
                        .toList());
    }
}
