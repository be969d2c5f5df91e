package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.ModelChange;
import ai.ultrathink.understudy.change.ModelChangeRule;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.replica.FleetState;
import ai.ultrathink.understudy.replica.WantedModel;
import ai.ultrathink.understudy.storage.audit.EventStore;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Applies a model change to each enabled experiment that uses the model: an event, a new generation, and the action of
 * its policy, in the transaction that changes the model.
 */
@ApplicationScoped
public class ModelChanges {

    private static final String SERVES =
            "coalesce((select serves from ab_model_promotions where model = control_model)," + " control_model)";
    // takes all of their locks before the first change, because a change of one experiment holds its lock and waits for
    // the
    // catalog's
    private static final String TOUCHED = "select " + ExperimentRows.READ + ", " + SERVES + " as serves,"
            + " ab_model_version_text(" + SERVES + ") as control_version,"
            + " ab_model_version_text(treatment_model) as treatment_version"
            + " from ab_test_configs where enabled and deleted_at is null and test_id <> $1"
            + " and (control_model = $2 or " + SERVES + " = any ($3) or treatment_model = any ($3))"
            + " order by test_id for update";

    private final ModelChangeRule rule;

    ModelChanges(ModelChangeRule rule) {
        this.rule = rule;
    }

    /** An experiment with the earlier versions of its models, and their changes. */
    public record Touched(Experiment experiment, JsonObject versions, List<ModelChange> changes) {}

    /** Waits until no other transaction changes models, and keeps others from it until this one ends. */
    public static Uni<Void> lock(SqlConnection connection) {
        return connection
                .query("lock table ab_model_reloads in share row exclusive mode")
                .execute()
                .replaceWithVoid();
    }

    /** Locks and returns the experiments that the new versions affect. */
    public Uni<List<Touched>> before(SqlConnection connection, FleetState fleet, List<WantedModel> next) {
        String[] models = next.stream().map(WantedModel::model).toArray(String[]::new);
        return rows(connection, "", "", models)
                .map(rows -> rows.stream()
                        .map(row -> {
                            List<ModelChange> changes = new ArrayList<>();
                            change(fleet, next, Variant.CONTROL, row.getString("serves"))
                                    .ifPresent(changes::add);
                            change(fleet, next, Variant.TREATMENT, row.getString("treatment_model"))
                                    .ifPresent(changes::add);
                            return touched(row, changes);
                        })
                        .filter(touched -> !touched.changes().isEmpty())
                        .toList());
    }

    /**
     * The change of one model; an unknown earlier version, as in the database of an earlier release, is not a change.
     */
    private static Optional<ModelChange> change(FleetState fleet, List<WantedModel> next, Variant role, String model) {
        return next.stream()
                .filter(one -> one.model().equals(model))
                .findFirst()
                .flatMap(to -> fleet.wanted(model)
                        .filter(from -> !sameVersion(from.version(), to.version()))
                        .map(from -> new ModelChange(role, from.version(), to.version())));
    }

    private static boolean sameVersion(@Nullable ModelVersion one, @Nullable ModelVersion other) {
        return one == null ? other == null : one.equals(other);
    }

    /** Locks and returns the other experiments of a control name for which another model will answer. */
    public Uni<List<Touched>> before(
            SqlConnection connection, String exceptTestId, String controlName, String nextServes) {
        return rows(connection, exceptTestId, controlName, new String[0])
                .chain(rows -> version(connection, nextServes)
                        .chain(to -> Multi.createFrom()
                                .iterable(rows)
                                .onItem()
                                .transformToUniAndConcatenate(row -> version(connection, row.getString("serves"))
                                        .map(from -> touched(
                                                row,
                                                List.of(new ModelChange(
                                                        Variant.CONTROL, from.orElse(null), to.orElse(null))))))
                                .collect()
                                .asList()));
    }

    private static Uni<List<Row>> rows(
            SqlConnection connection, String exceptTestId, String controlName, String[] models) {
        return connection
                .preparedQuery(TOUCHED)
                .execute(Tuple.tuple()
                        .addString(exceptTestId)
                        .addString(controlName)
                        .addArrayOfString(models))
                // an experiment that cannot be read is out of use, and is not overwritten
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .filter(row -> ExperimentRows.read(row).problem() == null)
                        .toList());
    }

    private static Touched touched(Row row, List<ModelChange> changes) {
        return new Touched(
                ExperimentRows.read(row).experiment(),
                new JsonObject()
                        .put("control_version", row.getString("control_version"))
                        .put("treatment_version", row.getString("treatment_version")),
                changes);
    }

    static Uni<Optional<ModelVersion>> version(SqlConnection connection, String model) {
        return connection
                .preparedQuery("select version, digest from ab_model_versions where model = $1 and digest is not null")
                .execute(Tuple.of(model))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new ModelVersion(model, row.getString("version"), row.getString("digest")))
                        .findFirst());
    }

    /** Writes the changes of the experiments. */
    public Uni<Void> write(SqlConnection connection, List<Touched> touched, String actor) {
        return touched.isEmpty()
                ? Uni.createFrom().voidItem()
                : RampClockStore.now(connection)
                        .chain(now -> Multi.createFrom()
                                .iterable(touched)
                                .onItem()
                                .transformToUniAndConcatenate(one -> RampRows.find(
                                                connection, one.experiment().testId())
                                        .map(ramp -> new LockedExperiment(one.experiment(), ramp.orElse(null)))
                                        .chain(before -> write(
                                                connection,
                                                one,
                                                before,
                                                rule.changed(before, one.changes(), actor, now))))
                                .collect()
                                .last()
                                .replaceWithVoid());
    }

    private Uni<Void> write(SqlConnection connection, Touched touched, LockedExperiment before, Change.To to) {
        Experiment after = to.experiment().withGeneration(before.experiment().generation() + 1);
        PersistedRamp ramp = to.ramp();
        return ExperimentRows.write(connection, after)
                .chain(() -> ramp == null || ramp.equals(before.ramp())
                        ? Uni.createFrom().voidItem()
                        : RampRows.write(connection, after.testId(), ramp))
                .chain(() -> EventStore.append(
                        connection, to.entries(), before, new LockedExperiment(after, ramp), touched.versions()))
                .invoke(() -> tell(connection, before.experiment(), after));
    }

    /** Reports a roll-back when it is committed, because a transaction that fails disables nothing. */
    private void tell(SqlConnection connection, Experiment before, Experiment after) {
        if (before.enabled() && !after.enabled()) {
            connection
                    .transaction()
                    .completion()
                    .subscribe()
                    .with(committed -> rule.rolledBack(after.testId()), undone -> {});
        }
    }
}
