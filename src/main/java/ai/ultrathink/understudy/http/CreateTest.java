package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Texts;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /create. */
record CreateTest(
        @Schema(required = true, pattern = "[A-Za-z0-9._-]{1,100}") @Nullable String testId,

        @Schema(required = true) @Nullable String controlModel,
        @Schema(required = true) @Nullable String treatmentModel,

        @Schema(minimum = "0", maximum = "1", defaultValue = "0.05") @Nullable Double trafficSplit,

        @Schema(
                enumeration = {"traffic_split", "shadow", "disabled"},
                defaultValue = "traffic_split")
        @Nullable String mode,

        @Schema(defaultValue = "") @Nullable String description,
        @Schema(defaultValue = "false") @Nullable Boolean explicit,
        @Schema(minimum = "1", maximum = "60000") @Nullable Integer controlDeadlineMs,
        @Schema(minimum = "1", maximum = "60000") @Nullable Integer treatmentDeadlineMs) {

    static final String EXAMPLE = """
            {"test_id": "bull_v2_canary", "control_model": "bull_specialist", "treatment_model": "bull_specialist_v2",
             "traffic_split": 0.05, "mode": "traffic_split", "description": "5% canary deployment of bull specialist v2"}""";

    private static final double DEFAULT_SPLIT = 0.05;
    private static final int LONGEST_DEADLINE_MS = 60_000;

    Experiment toExperiment(Instant now) {
        return new Experiment(
                Texts.testId(testId),
                Texts.model("control_model", controlModel),
                Texts.model("treatment_model", treatmentModel),
                new Split(trafficSplit == null ? DEFAULT_SPLIT : trafficSplit),
                mode == null ? Mode.TRAFFIC_SPLIT : Mode.of(mode),
                true,
                explicit != null && explicit,
                Texts.description(description),
                now,
                1,
                deadline("control_deadline_ms", controlDeadlineMs),
                deadline("treatment_deadline_ms", treatmentDeadlineMs),
                Guardrails.USUAL);
    }

    private static @Nullable Duration deadline(String field, @Nullable Integer millis) {
        if (millis == null) {
            return null;
        }
        if (millis < 1 || millis > LONGEST_DEADLINE_MS) {
            throw new InvalidValueException(field, millis, "1 to " + LONGEST_DEADLINE_MS);
        }
        return Duration.ofMillis(millis);
    }
}
