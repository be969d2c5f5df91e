package ai.ultrathink.understudy.http.experiment;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.IdentifierRules;
import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.OnModelChange;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.Symbols;
import ai.ultrathink.understudy.experiment.VersionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of POST /create. */
@Schema(name = "CreateTest")
record CreateExperiment(
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
        @Schema(minimum = "1", maximum = "60000") @Nullable Integer treatmentDeadlineMs,

        @Schema(description = "limits that differ from the default ones") @Nullable GuardrailsBody guardrails,

        @Schema(
                description =
                        "the fraction of a split's requests that both models answer; callers still get the answer of"
                                + " the assigned model. A shadow pairs all requests",
                minimum = "0",
                maximum = "1",
                defaultValue = "0.1")
        @Nullable Double pairs,

        @Schema(description = "the required version of control", pattern = "[0-9a-fA-F]{12,64}") @Nullable String controlDigest,

        @Schema(description = "the required version of treatment", pattern = "[0-9a-fA-F]{12,64}") @Nullable String treatmentDigest,

        @Schema(
                description = "the policy when a model of the running experiment changes",
                enumeration = {"pause", "continue", "roll_back"},
                defaultValue = "pause")
        @Nullable String onModelChange,

        @Schema(
                description =
                        "an A/A test, which compares a model with itself: both names may be the same, and what differs is"
                                + " a fault of the measurement",
                defaultValue = "false")
        @Nullable Boolean aa,

        @Schema(
                description =
                        "whether another person has to approve a promotion, a step of a ramp that needs approval, and looser"
                                + " limits. By default true where callers are known (UNDERSTUDY_FOUR_EYES)")
        @Nullable Boolean fourEyes,

        @Schema(
                description =
                        "the symbols that the test is for, or their beginnings with * at the end, such as BTC-*; by default all. It"
                                + " does not apply to requests with another symbol")
        @Nullable List<@Nullable String> symbols,

        @Schema(description = "how realised outcomes are evaluated; without it they are not evaluated") @Nullable OutcomePlanBody outcome,

        @Schema(
                description =
                        "raises the split step by step, by default after a shadow stage; sets traffic_split and mode")
        @Nullable RampBody ramp) {

    static final String EXAMPLE = """
            {"test_id": "bull_v2_canary", "control_model": "bull_specialist", "treatment_model": "bull_specialist_v2",
             "traffic_split": 0.05, "mode": "traffic_split", "description": "5% canary deployment of bull specialist v2"}""";

    static final String RAMP_EXAMPLE = """
            {"test_id": "bull_v2_ramp", "control_model": "bull_specialist", "treatment_model": "bull_specialist_v2",
             "guardrails": {"agreement": {"limit": 0.9, "action": "roll_back"}},
             "ramp": {"steps": [{"split": 0.05, "hold_seconds": 172800}, 0.25, 1.0], "hold_seconds": 604800,
              "rehearse_seconds": 86400}}""";

    private static final double DEFAULT_SPLIT = 0.05;
    private static final int LONGEST_DEADLINE_MS = 60_000;

    /** @param fourEyesByDefault whether a second person is needed where the body says nothing */
    Experiment toExperiment(Instant now, boolean fourEyesByDefault) {
        RampPlan plan = plan();
        return new Experiment(
                IdentifierRules.newTestId(testId),
                IdentifierRules.model("control_model", controlModel),
                IdentifierRules.model("treatment_model", treatmentModel),
                split(plan),
                mode(plan),
                true,
                explicit != null && explicit,
                IdentifierRules.description(description),
                now,
                1,
                deadline("control_deadline_ms", controlDeadlineMs),
                deadline("treatment_deadline_ms", treatmentDeadlineMs),
                guardrails == null ? Guardrails.USUAL : guardrails.over(Guardrails.USUAL),
                pairing(),
                new VersionPolicy(
                        controlDigest,
                        treatmentDigest,
                        onModelChange == null ? OnModelChange.PAUSE : OnModelChange.of(onModelChange)),
                aa != null && aa,
                outcome == null ? null : outcome.over(null),
                fourEyes == null ? (Boolean) fourEyesByDefault : fourEyes,
                Symbols.of(symbols));
    }

    /** The ramp that the experiment is to have, or null. */
    @Nullable RampPlan plan() {
        return ramp == null ? null : ramp.toPlan();
    }

    private Split pairing() {
        if (pairs != null && !(pairs >= 0 && pairs <= 1)) {
            throw new InvalidValueException("pairs", pairs, "a number from 0.0 to 1.0");
        }
        return pairs == null ? Experiment.USUAL_PAIRS : new Split(pairs);
    }

    private Split split(@Nullable RampPlan plan) {
        double usual = plan == null ? DEFAULT_SPLIT : plan.split(1).fraction();
        Split split = new Split(trafficSplit == null ? usual : trafficSplit);
        if (plan != null && split.fraction() != usual) {
            throw new InvalidValueException("traffic_split", trafficSplit, "beside ramp, its first step or nothing");
        }
        return split;
    }

    private Mode mode(@Nullable RampPlan plan) {
        if (ramp == null || plan == null) {
            return mode == null ? Mode.TRAFFIC_SPLIT : Mode.of(mode);
        }
        Mode first = plan.shadowStage().wanted() ? Mode.SHADOW : Mode.TRAFFIC_SPLIT;
        Mode given = mode == null ? first : Mode.of(mode);
        // a ramp that says nothing about a shadow stage ends as the split that was asked for
        if (given != first && !(given == Mode.TRAFFIC_SPLIT && !ramp.namesShadowStage())) {
            throw new InvalidValueException(
                    "mode", mode, "beside ramp, " + first.wireName() + " or nothing; see ramp.rehearse");
        }
        return first;
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
