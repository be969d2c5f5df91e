package ai.ultrathink.understudy.storage.json;

import ai.ultrathink.understudy.experiment.Experiment;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The configuration of an experiment as JSON, as the audit trail stores it before and after a change. */
public final class ExperimentJson {

    private ExperimentJson() {}

    public static JsonObject write(Experiment experiment) {
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
                .put("on_model_change", experiment.versions().onChange().wireName())
                .put("aa", experiment.aa())
                .put("outcome", OutcomePlanJson.write(experiment.outcome()))
                .put("four_eyes", experiment.fourEyes())
                .put("symbols", SymbolsJson.write(experiment.symbols()));
    }

    private static @Nullable Integer millis(@Nullable Duration duration) {
        return duration == null ? null : Math.toIntExact(duration.toMillis());
    }
}
