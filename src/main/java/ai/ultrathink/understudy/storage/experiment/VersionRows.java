package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.replica.WantedModel;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads which version of each model the replicas should serve. */
public final class VersionRows {

    private static final String WANTED =
            "select model, version, digest, since, actor from ab_model_versions order by model";

    private VersionRows() {}

    /** The wanted version of each model, ordered by name. */
    public static Uni<List<WantedModel>> wanted(SqlConnection connection) {
        return connection
                .preparedQuery(WANTED)
                .execute()
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(VersionRows::read)
                        .toList());
    }

    /** The versions in force, by model; a model without one is left out. */
    static Uni<Map<String, ModelVersion>> inForce(SqlConnection connection) {
        return wanted(connection)
                .map(wanted -> wanted.stream()
                        .map(WantedModel::version)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toUnmodifiableMap(ModelVersion::name, version -> version)));
    }

    private static WantedModel read(Row row) {
        String model = row.getString("model");
        String digest = row.getString("digest");
        return new WantedModel(
                model,
                digest == null ? null : new ModelVersion(model, row.getString("version"), digest),
                row.getOffsetDateTime("since").toInstant(),
                row.getString("actor"));
    }
}
