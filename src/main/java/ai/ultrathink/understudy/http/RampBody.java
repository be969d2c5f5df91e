package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Split;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The plan of a ramp, as it is given and as it is shown; what is not given is usual. */
@Schema(name = "RampPlan")
record RampBody(
        @Schema(
                description = "the splits, each larger than the one before",
                examples = "[0.05, 0.1, 0.25, 0.5, 1.0]",
                defaultValue = "[0.05, 0.1, 0.25, 0.5, 1.0]")
        @Nullable List<Double> steps,

        @Schema(description = "how long each step lasts at least", minimum = "0", defaultValue = "3600") @Nullable Long holdSeconds,

        @Schema(
                description = "requests that treatment has to get at each step, and during the rehearsal",
                minimum = "1",
                defaultValue = "1000")
        @Nullable Long minimumSamples,

        @Schema(
                description = "whether a person has to agree to each step",
                enumeration = {"auto", "approve"},
                defaultValue = "auto")
        @Nullable String approval,

        @Schema(
                description = "how long the test is a shadow before the first step; 0 for no rehearsal",
                minimum = "0",
                defaultValue = "0")
        @Nullable Long rehearseSeconds) {

    static final String EXAMPLE =
            "{\"steps\": [0.05, 0.25, 1.0], \"hold_seconds\": 7200, \"minimum_samples\": 5000, \"approval\": \"approve\"}";

    static RampBody of(RampPlan plan) {
        return new RampBody(
                plan.steps().stream().map(Split::fraction).toList(),
                plan.hold().toSeconds(),
                plan.minimumSamples(),
                plan.approval().wireName(),
                plan.rehearsal().toSeconds());
    }

    RampPlan toPlan() {
        RampPlan usual = RampPlan.USUAL;
        return new RampPlan(
                steps == null ? usual.steps() : splits(steps),
                holdSeconds == null ? usual.hold() : Duration.ofSeconds(holdSeconds),
                minimumSamples == null ? usual.minimumSamples() : minimumSamples,
                approval == null ? usual.approval() : Approval.of(approval),
                rehearseSeconds == null ? usual.rehearsal() : Duration.ofSeconds(rehearseSeconds));
    }

    private static List<Split> splits(List<Double> steps) {
        return steps.stream().map(RampBody::split).toList();
    }

    private static Split split(@Nullable Double step) {
        if (step == null || !(step > 0 && step <= 1)) {
            throw new InvalidValueException("ramp.steps", step, "numbers above 0.0 and up to 1.0");
        }
        return new Split(step);
    }
}
