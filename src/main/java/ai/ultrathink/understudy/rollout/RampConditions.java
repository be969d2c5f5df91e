package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailState;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Approval;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has to happen before a ramp continues, in sentences for readers. */
final class RampConditions {

    private static final String NEXT_EVALUATION = "the next evaluation";

    private final Ramp ramp;
    private final Experiment experiment;
    private final Instant now;

    RampConditions(Ramp ramp, Experiment experiment, Instant now) {
        this.ramp = ramp;
        this.experiment = experiment;
        this.now = now;
    }

    /** The conditions according to the present evidence. */
    List<String> by(Evaluation evaluation, List<GenerationEvidence> evidence) {
        return switch (ramp.state()) {
            case Stage stage -> stage(stage, evaluation, stage.samples(evidence, ramp.plan()));
            case AwaitingApproval awaiting -> {
                List<String> waits = new ArrayList<>(List.of(approval()));
                waits.addAll(limits(evaluation));
                yield List.copyOf(waits);
            }
            case Paused paused -> paused();
            case Finished finished -> List.of();
            case Aborted aborted -> List.of();
        };
    }

    /** The conditions while the evidence cannot be read; a ramp that is paused does not wait for evidence. */
    List<String> unread(String problem) {
        return switch (ramp.state()) {
            case Advancing advancing -> List.of("the evidence, which cannot be read at present: " + problem);
            case Paused paused -> paused();
            case Finished finished -> List.of();
            case Aborted aborted -> List.of();
        };
    }

    /**
     * The conditions without evidence.
     *
     * @param found what the last evaluation of this stage found; null if there was none
     */
    List<String> asFound(@Nullable List<String> found) {
        return switch (ramp.state()) {
            case Stage stage -> found == null ? List.of(NEXT_EVALUATION) : found;
            case AwaitingApproval awaiting -> List.of(approval());
            case Paused paused -> paused();
            case Finished finished -> List.of();
            case Aborted aborted -> List.of();
        };
    }

    private List<String> stage(Stage stage, Evaluation evaluation, long samples) {
        if (!stage.heldBy(experiment, ramp.plan())) {
            return List.of("a person: the test is no longer as " + ramp.where()
                    + " has it, and the ramp is paused at the next evaluation");
        }
        List<String> waits = new ArrayList<>();
        Duration least = stage.length(ramp.plan());
        Duration left = least.minus(stage.held(now));
        if (left.isPositive()) {
            // rounded up to a full second
            waits.add("time: %d s of the %d s that %s lasts at least"
                    .formatted(left.plusNanos(999_999_999).toSeconds(), least.toSeconds(), ramp.where()));
        }
        long wanted = ramp.plan().minimumSamples();
        if (samples < wanted) {
            waits.add("requests: treatment has had %d of %d at this stage".formatted(samples, wanted));
        }
        waits.addAll(limits(evaluation));
        if (waits.isEmpty()) {
            waits.add(NEXT_EVALUATION);
        }
        if (ramp.plan().approval() == Approval.APPROVE
                && stage.number() < ramp.plan().steps().size()) {
            waits.add("after that, " + approval());
        }
        return List.copyOf(waits);
    }

    private static List<String> limits(Evaluation evaluation) {
        return evaluation.results().stream()
                .filter(result -> result.state() == GuardrailState.BREACHED
                        || (result.required() && result.state() != GuardrailState.PASSED))
                .map(GuardrailResult::reason)
                .toList();
    }

    private List<String> paused() {
        String resume = "a person to resume it, with POST " + path("ramp/resume");
        return experiment.enabled()
                ? List.of(resume)
                : List.of("a person to enable the test, with POST " + path("enable"), resume);
    }

    private String approval() {
        return "a person's approval, with POST " + path("ramp/approve");
    }

    private String path(String call) {
        return "/api/v1/ab-test/" + experiment.testId() + "/" + call;
    }
}
