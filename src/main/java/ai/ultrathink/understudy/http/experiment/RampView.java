package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.rollout.RampStatus;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A ramp as the API shows it. */
@Schema(name = "Ramp")
record RampView(
        String testId,

        @Schema(enumeration = {"rehearsing", "holding", "awaiting_approval", "paused", "finished", "aborted"})
        String state,

        @Schema(description = "the number of the step, from 1; 0 in the shadow stage")
        int step,

        @Schema(description = "treatment's fraction in this stage; 0 in the shadow stage")
        double trafficSplit,

        @Schema(description = "when this state began; for a stage, later by the time that it was paused")
        Instant since,

        @Schema(description = "how long the stage has lasted so far, without pauses")
        long heldSeconds,

        @Schema(description = "why it is paused or was aborted") @Nullable String reason,

        @Schema(description = "what has to happen before it continues, in sentences; empty if it has ended")
        List<String> waitsFor,

        RampBody plan) {

    static RampView of(String testId, RampStatus ramp) {
        return new RampView(
                testId,
                ramp.state(),
                ramp.step(),
                ramp.step() == 0 ? 0 : ramp.plan().split(ramp.step()).fraction(),
                ramp.since(),
                ramp.held().toSeconds(),
                ramp.reason(),
                ramp.waitsFor(),
                RampBody.of(ramp.plan()));
    }
}
