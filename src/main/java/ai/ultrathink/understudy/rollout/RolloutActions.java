package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailState;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Actors;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.GuardrailAction;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Active;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import ai.ultrathink.understudy.rollout.RampState.ShadowStage;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Automatic actions on an evaluated experiment, as rules that apply if it has not changed since the evaluation. */
final class RolloutActions {

    static final String GUARDRAILS = Actors.GUARDRAILS;
    private static final String RAMP = Actors.RAMP;
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final DecisionRecord decision;
    private final Mode mode;
    private final Instant now;

    /** @param seen the experiment and its ramp at the time of the evaluation */
    RolloutActions(DecisionRecord decision, LockedExperiment seen, Instant now) {
        this.decision = decision;
        this.mode = mode(seen.experiment(), seen.ramp());
        this.now = now;
    }

    /**
     * The mode that decides the action of a guardrail without an action of its own. A shadow affects no caller and
     * continues to collect data. A breach in a shadow stage shows that the split must not follow.
     */
    static Mode mode(Experiment experiment, @Nullable PersistedRamp ramp) {
        if (ramp == null) {
            return experiment.mode();
        }
        RampState state = Ramp.of(ramp).state();
        // an experiment that was disabled in its shadow stage is shown as it was evaluated
        boolean shadowStage =
                state.stage() instanceof ShadowStage && (state instanceof Active || !experiment.enabled());
        return shadowStage ? Mode.TRAFFIC_SPLIT : experiment.mode();
    }

    /** The decision record as JSON. */
    String evidence() {
        return DecisionRecordJson.write(decision);
    }

    /** Breached guardrails with this action. */
    List<GuardrailResult> breached(GuardrailAction action) {
        return decision.evaluation().results().stream()
                .filter(result -> result.state() == GuardrailState.BREACHED)
                .filter(result -> result.actionIn(mode) == action)
                .toList();
    }

    /** The action to take, if any; a roll-back first. */
    Optional<Function<LockedExperiment, Change>> due(LockedExperiment seen) {
        List<GuardrailResult> breached = breached(GuardrailAction.ROLL_BACK);
        Function<LockedExperiment, Change> rule =
                breached.isEmpty() ? this::ramp : locked -> rollBack(locked, breached);
        return rule.apply(seen) instanceof Change.To ? Optional.of(rule) : Optional.empty();
    }

    private Change rollBack(LockedExperiment locked, List<GuardrailResult> breached) {
        if (!locked.experiment().enabled()) {
            return new Change.None();
        }
        String reason = breached.stream().map(GuardrailResult::reason).collect(Collectors.joining("; "));
        List<AuditEntry> entries = new ArrayList<>();
        entries.add(new AuditEntry(GUARDRAILS, AuditAction.ROLLED_BACK, reason, evidence()));
        PersistedRamp stored = locked.ramp();
        if (stored != null && Ramp.of(stored).state() instanceof Active active) {
            Ramp ramp = Ramp.of(stored);
            entries.add(AuditEntry.of(
                    GUARDRAILS, AuditAction.RAMP_ABORTED, "at " + ramp.where() + ", because the test was rolled back"));
            stored = ramp.in(active.abort("the test was rolled back: " + reason, now))
                    .stored();
        }
        return new Change.To(locked.experiment().withEnabled(false), stored, entries);
    }

    private Change ramp(LockedExperiment locked) {
        PersistedRamp stored = locked.ramp();
        if (stored == null) {
            return new Change.None();
        }
        Ramp ramp = Ramp.of(stored);
        return switch (ramp.state()) {
            case Stage stage when !stage.heldBy(locked.experiment(), ramp.plan()) -> pause(locked, now);
            case Stage stage when stage.since().isAfter(now.plus(CLOCKS_DIFFER)) -> beginNow(locked, ramp, stage);
            case Stage stage -> evaluated(locked, ramp, stage);
            case AwaitingApproval awaiting -> pause(locked, now);
            case Paused paused -> new Change.None();
            case Finished finished -> new Change.None();
            case Aborted aborted -> new Change.None();
        };
    }

    /**
     * For a stage from before there was a clock for ramps, whose wall clock was ahead, so that it would wait until
     * then.
     */
    private Change beginNow(LockedExperiment locked, Ramp ramp, Stage stage) {
        String reason = "at " + ramp.where() + ": it had begun at " + stage.since()
                + " by a clock that was ahead; its time counts from now on";
        return new Change.To(
                locked.experiment(),
                ramp.in(stage.later(Duration.between(stage.since(), now))).stored(),
                List.of(AuditEntry.of(RAMP, AuditAction.RAMP_CLOCK_SET, reason)));
    }

    private Change evaluated(LockedExperiment locked, Ramp ramp, Stage stage) {
        StageProgress progress = StageProgress.of(
                decision.evaluation(), stage.samples(decision.input().evidence(), ramp.plan()));
        RampState next =
                stage.evaluated(ramp.plan(), progress, now, locked.experiment().generation() + 1);
        if (next.equals(stage)) {
            return new Change.None();
        }
        Ramp after = ramp.in(next);
        Experiment experiment =
                next instanceof Stage begun ? begun.appliedTo(locked.experiment(), ramp.plan()) : locked.experiment();
        String reason = "%s, after %d s with %d requests to treatment at %s: every limit that has to be kept is kept"
                .formatted(words(after), stage.held(now).toSeconds(), progress.samples(), ramp.where());
        return new Change.To(
                experiment, after.stored(), List.of(new AuditEntry(RAMP, action(next), reason, evidence())));
    }

    private static AuditAction action(RampState next) {
        return switch (next) {
            case Stage stage -> AuditAction.RAMP_STEP;
            case AwaitingApproval awaiting -> AuditAction.RAMP_AWAITING_APPROVAL;
            case Paused paused -> AuditAction.RAMP_PAUSED;
            case Finished finished -> AuditAction.RAMP_FINISHED;
            case Aborted aborted -> AuditAction.RAMP_ABORTED;
        };
    }

    private static String words(Ramp after) {
        return after.state() instanceof Stage
                ? after.where()
                : after.state().wireName().replace('_', ' ');
    }

    /** Pauses a ramp whose experiment no longer matches its stage; needs no evidence. */
    static Change pause(LockedExperiment locked, Instant now) {
        PersistedRamp stored = locked.ramp();
        if (stored == null) {
            return new Change.None();
        }
        Ramp ramp = Ramp.of(stored);
        if (!(ramp.state() instanceof Advancing advancing)
                || advancing.stage().heldBy(locked.experiment(), ramp.plan())) {
            return new Change.None();
        }
        String why = "the test was changed manually";
        return new Change.To(
                locked.experiment(),
                ramp.in(advancing.pause(why, now)).stored(),
                List.of(AuditEntry.of(RAMP, AuditAction.RAMP_PAUSED, "at " + ramp.where() + ": " + why)));
    }
}
