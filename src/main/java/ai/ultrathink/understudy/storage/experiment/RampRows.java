package ai.ultrathink.understudy.storage.experiment;

import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.RampStep;
import ai.ultrathink.understudy.experiment.ShadowStagePlan;
import ai.ultrathink.understudy.experiment.Split;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/** A ramp as a row of {@code ab_test_ramps}. */
final class RampRows {

    static final String COLUMNS = "test_id, plan::text as plan, state::text as state";

    private static final String OF_TEST = "select " + COLUMNS + " from ab_test_ramps where test_id = $1";
    private static final String UPSERT = "insert into ab_test_ramps (test_id, plan, state)"
            + " values ($1, $2, $3::text::jsonb) on conflict (test_id) do update"
            + " set plan = excluded.plan, state = excluded.state, updated_at = now()";

    private RampRows() {}

    static Uni<Optional<PersistedRamp>> find(SqlConnection connection, String testId) {
        return connection.preparedQuery(OF_TEST).execute(Tuple.of(testId)).map(rows -> {
            var found = rows.iterator();
            return found.hasNext() ? Optional.of(read(found.next())) : Optional.empty();
        });
    }

    static Uni<Void> write(SqlConnection connection, String testId, PersistedRamp ramp) {
        return connection
                .preparedQuery(UPSERT)
                .execute(Tuple.of(testId, plan(ramp.plan()), ramp.state()))
                .replaceWithVoid();
    }

    static PersistedRamp read(Row row) {
        try {
            return new PersistedRamp(plan(new JsonObject(row.getString("plan"))), row.getString("state"));
        } catch (InvalidValueException e) {
            return new PersistedRamp(RampPlan.USUAL, row.getString("state"), e.getMessage());
        } catch (RuntimeException e) {
            // not a JSON object, or one with missing fields or wrong types
            return new PersistedRamp(
                    RampPlan.USUAL, row.getString("state"), "the plan is not as this service writes it");
        }
    }

    private static JsonObject plan(RampPlan plan) {
        JsonArray steps = new JsonArray();
        plan.steps().forEach(step -> steps.add(json(step)));
        return new JsonObject()
                .put("steps", steps)
                .put("hold_seconds", plan.hold().toSeconds())
                .put("minimum_samples", plan.minimumSamples())
                .put("approval", plan.approval().wireName())
                .put("rehearse", plan.shadowStage().wanted())
                .put("rehearse_seconds", plan.shadowStage().least().toSeconds());
    }

    private static Object json(RampStep step) {
        Duration hold = step.hold();
        return hold == null
                ? step.split().fraction()
                : new JsonObject().put("split", step.split().fraction()).put("hold_seconds", hold.toSeconds());
    }

    private static RampPlan plan(JsonObject json) {
        return new RampPlan(
                json.getJsonArray("steps").stream().map(RampRows::step).toList(),
                Duration.ofSeconds(json.getLong("hold_seconds")),
                json.getLong("minimum_samples"),
                Approval.of(json.getString("approval")),
                shadowStage(json));
    }

    private static RampStep step(Object json) {
        return json instanceof JsonObject step
                ? new RampStep(new Split(step.getDouble("split")), Duration.ofSeconds(step.getLong("hold_seconds")))
                : new RampStep(new Split(((Number) json).doubleValue()));
    }

    /** The shadow stage of a plan. Plans without {@code rehearse} have none unless they give a minimum time. */
    private static ShadowStagePlan shadowStage(JsonObject json) {
        Duration least = Duration.ofSeconds(json.getLong("rehearse_seconds"));
        return json.getBoolean("rehearse", !least.isZero()) ? ShadowStagePlan.atLeast(least) : ShadowStagePlan.NONE;
    }
}
