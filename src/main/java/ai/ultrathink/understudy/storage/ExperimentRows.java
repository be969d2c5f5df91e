package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.OnModelChange;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.VersionPolicy;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** A test as a row of {@code ab_test_configs}, and as the JSON of an event. */
final class ExperimentRows {

    static final String COLUMNS = "test_id, control_model, treatment_model, traffic_split, mode, enabled, explicit,"
            + " description, created_at, generation, control_deadline_ms, treatment_deadline_ms, guardrails,"
            + " pairs, control_digest, treatment_digest, on_model_change";

    private ExperimentRows() {}

    static Experiment read(Row row) {
        return new Experiment(
                row.getString("test_id"),
                row.getString("control_model"),
                row.getString("treatment_model"),
                new Split(row.getDouble("traffic_split")),
                Mode.of(row.getString("mode")),
                row.getBoolean("enabled"),
                row.getBoolean("explicit"),
                row.getString("description"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getLong("generation"),
                millis(row.getInteger("control_deadline_ms")),
                millis(row.getInteger("treatment_deadline_ms")),
                GuardrailsJson.read(row.getJsonObject("guardrails")),
                new Split(row.getDouble("pairs")),
                new VersionPolicy(
                        row.getString("control_digest"),
                        row.getString("treatment_digest"),
                        OnModelChange.of(row.getString("on_model_change"))));
    }

    /** In the order of {@link #COLUMNS}. */
    static Tuple tuple(Experiment experiment) {
        return Tuple.tuple()
                .addString(experiment.testId())
                .addString(experiment.controlModel())
                .addString(experiment.treatmentModel())
                .addDouble(experiment.split().fraction())
                .addString(experiment.mode().wireName())
                .addBoolean(experiment.enabled())
                .addBoolean(experiment.explicit())
                .addString(experiment.description())
                .addOffsetDateTime(experiment.createdAt().atOffset(ZoneOffset.UTC))
                .addLong(experiment.generation())
                .addInteger(millis(experiment.controlDeadline()))
                .addInteger(millis(experiment.treatmentDeadline()))
                .addJsonObject(GuardrailsJson.write(experiment.guardrails()))
                .addDouble(experiment.pairs().fraction())
                .addString(experiment.versions().controlDigest())
                .addString(experiment.versions().treatmentDigest())
                .addString(experiment.versions().onChange().wireName());
    }

    static JsonObject json(Experiment experiment) {
        return new JsonObject()
                .put("control_model", experiment.controlModel())
                .put("treatment_model", experiment.treatmentModel())
                .put("traffic_split", experiment.split().fraction())
                .put("mode", experiment.mode().wireName())
                .put("enabled", experiment.enabled())
                .put("explicit", experiment.explicit())
                .put("description", experiment.description())
                .put("control_deadline_ms", millis(experiment.controlDeadline()))
                .put("treatment_deadline_ms", millis(experiment.treatmentDeadline()))
                .put("guardrails", GuardrailsJson.write(experiment.guardrails()))
                .put("pairs", experiment.pairs().fraction())
                .put("control_digest", experiment.versions().controlDigest())
                .put("treatment_digest", experiment.versions().treatmentDigest())
                .put("on_model_change", experiment.versions().onChange().wireName());
    }

    private static @Nullable Duration millis(@Nullable Integer millis) {
        return millis == null ? null : Duration.ofMillis(millis);
    }

    private static @Nullable Integer millis(@Nullable Duration duration) {
        return duration == null ? null : Math.toIntExact(duration.toMillis());
    }
}
