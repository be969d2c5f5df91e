package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.RampStep;
import ai.ultrathink.understudy.experiment.ShadowStagePlan;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The plan of a ramp in requests and responses; fields that a request leaves out have their defaults. */
@Schema(name = "RampPlan")
record RampBody(
        @Schema(
                description = "the splits, each larger than the one before; a step may have a minimum time of its own",
                examples = "[{\"split\": 0.05, \"hold_seconds\": 172800}, 0.25, 1.0]",
                defaultValue = "[0.05, 0.1, 0.25, 0.5, 1.0]")
        @Nullable List<RampStepBody> steps,

        @Schema(
                description = "the minimum time of each step that has no time of its own",
                minimum = "0",
                maximum = "7776000",
                defaultValue = "3600")
        @Nullable Long holdSeconds,

        @Schema(
                description = "requests that treatment must get at each step, and in the shadow stage",
                minimum = "1",
                maximum = "1000000000",
                defaultValue = "1000")
        @Nullable Long minimumSamples,

        @Schema(
                description = "whether a person has to approve each step",
                enumeration = {"auto", "approve"},
                defaultValue = "auto")
        @Nullable String approval,

        @Schema(
                description =
                        "whether the test is a shadow before the first step, until the evidence shows that every limit"
                                + " required in a shadow is kept",
                defaultValue = "true")
        @Nullable Boolean rehearse,

        @Schema(
                description = "the minimum time of the shadow stage; without it no minimum, 0 for no shadow stage",
                minimum = "0",
                maximum = "7776000")
        @Nullable Long rehearseSeconds) {

    static final String EXAMPLE =
            "{\"steps\": [0.05, 0.25, 1.0], \"hold_seconds\": 7200, \"minimum_samples\": 5000, \"approval\": \"approve\"}";

    static RampBody of(RampPlan plan) {
        ShadowStagePlan shadowStage = plan.shadowStage();
        return new RampBody(
                IntStream.rangeClosed(1, plan.steps().size())
                        .mapToObj(number -> RampStepBody.of(plan, number))
                        .toList(),
                plan.hold().toSeconds(),
                plan.minimumSamples(),
                plan.approval().wireName(),
                shadowStage.wanted(),
                shadowStage.equals(ShadowStagePlan.UNTIL_SHOWN)
                        ? null
                        : (Long) shadowStage.least().toSeconds());
    }

    RampPlan toPlan() {
        RampPlan usual = RampPlan.USUAL;
        return new RampPlan(
                steps == null ? usual.steps() : steps(steps),
                holdSeconds == null ? usual.hold() : Duration.ofSeconds(holdSeconds),
                minimumSamples == null ? usual.minimumSamples() : minimumSamples,
                approval == null ? usual.approval() : Approval.of(approval),
                shadowStage());
    }

    /** Whether it says anything about a shadow stage. */
    boolean namesShadowStage() {
        return rehearse != null || rehearseSeconds != null;
    }

    private ShadowStagePlan shadowStage() {
        boolean wanted = rehearse == null ? rehearseSeconds == null || rehearseSeconds != 0 : rehearse;
        if (wanted) {
            return rehearseSeconds == null
                    ? ShadowStagePlan.UNTIL_SHOWN
                    : ShadowStagePlan.atLeast(Duration.ofSeconds(rehearseSeconds));
        }
        if (rehearseSeconds != null && rehearseSeconds != 0) {
            throw new InvalidValueException(
                    "ramp.rehearse_seconds", rehearseSeconds, "beside \"rehearse\": false, 0 or nothing");
        }
        return ShadowStagePlan.NONE;
    }

    private static List<RampStep> steps(List<RampStepBody> steps) {
        return IntStream.range(0, steps.size())
                .mapToObj(i -> step(steps.get(i), i))
                .toList();
    }

    private static RampStep step(@Nullable RampStepBody step, int index) {
        if (step == null) {
            throw new InvalidValueException("ramp.steps", null, "numbers above 0.0 and up to 1.0");
        }
        return step.toStep(index);
    }
}
