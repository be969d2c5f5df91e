package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks an experiment against the versions that it is pinned to. */
final class PinnedVersions {

    private static final String SERVES =
            "select coalesce((select serves from ab_model_promotions where model = $1), $1) as serves";

    private PinnedVersions() {}

    static boolean pinned(Experiment experiment) {
        return experiment.versions().controlDigest() != null
                || experiment.versions().treatmentDigest() != null;
    }

    /** Locks all versions until the transaction ends. Call before locking an experiment's row. */
    static Uni<Void> hold(SqlConnection connection) {
        return connection
                .query("lock table ab_model_reloads in share mode")
                .execute()
                .replaceWithVoid();
    }

    /** Why an experiment may not run with the versions in force, if so. */
    static Uni<Optional<String>> broken(SqlConnection connection, Experiment experiment) {
        if (!pinned(experiment)) {
            return Uni.createFrom().item(Optional.empty());
        }
        return connection
                .preparedQuery(SERVES)
                .execute(Tuple.of(experiment.controlModel()))
                .map(rows -> rows.iterator().next().getString("serves"))
                .chain(serves -> ModelChanges.version(connection, serves))
                .chain(control -> ModelChanges.version(connection, experiment.treatmentModel())
                        .map(treatment -> Stream.of(
                                        broken(
                                                "control_digest",
                                                experiment.versions().controlDigest(),
                                                control),
                                        broken(
                                                "treatment_digest",
                                                experiment.versions().treatmentDigest(),
                                                treatment))
                                .flatMap(Optional::stream)
                                .findFirst()));
    }

    private static Optional<String> broken(String field, @Nullable String pin, Optional<ModelVersion> inForce) {
        if (pin == null || inForce.filter(version -> version.is(pin)).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(field + ": got \"" + pin + "\"; allowed: the version in force, which is "
                + inForce.map(ModelVersion::text).orElse("none") + "; load the pinned version first");
    }
}
