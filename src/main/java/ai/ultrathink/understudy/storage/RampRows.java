package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Split;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;

/** A ramp as a row of {@code ab_test_ramps}. */
final class RampRows {

    static final String COLUMNS = "test_id, plan, state::text as state";

    private static final String OF_TEST = "select " + COLUMNS + " from ab_test_ramps where test_id = $1";
    private static final String UPSERT = "insert into ab_test_ramps (test_id, plan, state)"
            + " values ($1, $2, $3::text::jsonb) on conflict (test_id) do update"
            + " set plan = excluded.plan, state = excluded.state, updated_at = now()";

    private RampRows() {}

    static Uni<Optional<StoredRamp>> find(SqlConnection connection, String testId) {
        return connection.preparedQuery(OF_TEST).execute(Tuple.of(testId)).map(rows -> {
            var found = rows.iterator();
            return found.hasNext() ? Optional.of(read(found.next())) : Optional.empty();
        });
    }

    static Uni<Void> write(SqlConnection connection, String testId, StoredRamp ramp) {
        return connection
                .preparedQuery(UPSERT)
                .execute(Tuple.of(testId, plan(ramp.plan()), ramp.state()))
                .replaceWithVoid();
    }

    static StoredRamp read(Row row) {
        return new StoredRamp(plan(row.getJsonObject("plan")), row.getString("state"));
    }

    private static JsonObject plan(RampPlan plan) {
        JsonArray steps = new JsonArray();
        plan.steps().forEach(step -> steps.add(step.fraction()));
        return new JsonObject()
                .put("steps", steps)
                .put("hold_seconds", plan.hold().toSeconds())
                .put("minimum_samples", plan.minimumSamples())
                .put("approval", plan.approval().wireName())
                .put("rehearse_seconds", plan.rehearsal().toSeconds());
    }

    private static RampPlan plan(JsonObject json) {
        JsonArray steps = json.getJsonArray("steps");
        return new RampPlan(
                IntStream.range(0, steps.size())
                        .mapToObj(i -> new Split(steps.getDouble(i)))
                        .toList(),
                Duration.ofSeconds(json.getLong("hold_seconds")),
                json.getLong("minimum_samples"),
                Approval.of(json.getString("approval")),
                Duration.ofSeconds(json.getLong("rehearse_seconds")));
    }
}
