package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Active;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.AwaitingApproval;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rules for changes to a ramp by people. Each rule is applied to the experiment and its ramp in their present state, so
 * that the second of two people decides on the result of the first.
 */
final class RampRules {

    private final String actor;
    private final Instant now;

    RampRules(String actor, Instant now) {
        this.actor = actor;
        this.now = now;
    }

    /** Starts a ramp at its first stage; a ramp that has ended is replaced. */
    Function<LockedExperiment, Change> start(RampPlan plan) {
        return locked -> {
            Experiment experiment = locked.experiment();
            PersistedRamp before = locked.ramp();
            if (before != null && Ramp.of(before).state() instanceof Active active) {
                return new Change.Refused("test " + experiment.testId() + " already has a ramp, which is "
                        + active.wireName() + "; abort it first");
            }
            if (!experiment.enabled()) {
                return disabled(experiment);
            }
            Experiment started = Ramp.begun(plan, now, 0).state().stage().appliedTo(experiment, plan);
            Ramp ramp = Ramp.begun(plan, now, locked.generationOf(started));
            return new Change.To(started, ramp.stored(), List.of(started(ramp)));
        };
    }

    /** The event of a new ramp. */
    AuditEntry started(Ramp ramp) {
        return AuditEntry.of(actor, AuditAction.RAMP_STARTED, "begins with " + ramp.where());
    }

    Function<LockedExperiment, Change> pause() {
        return onRamp((locked, ramp) -> switch (ramp.state()) {
            case Advancing advancing ->
                to(
                        locked.experiment(),
                        ramp.in(advancing.pause("by " + actor, now)),
                        AuditAction.RAMP_PAUSED,
                        ramp.where());
            case Paused paused -> new Change.None();
            case Finished ended -> ended(ended);
            case Aborted ended -> ended(ended);
        });
    }

    /** Resumes a ramp and undoes manual changes: the experiment is again as the stage has it. */
    Function<LockedExperiment, Change> resume() {
        return onRamp((locked, ramp) -> switch (ramp.state()) {
            case Paused paused ->
                locked.experiment().enabled()
                        ? to(
                                paused.stage().appliedTo(locked.experiment(), ramp.plan()),
                                ramp.in(paused.resume(now)),
                                AuditAction.RAMP_RESUMED,
                                ramp.where())
                        : disabled(locked.experiment());
            case Advancing advancing -> new Change.None();
            case Finished ended -> ended(ended);
            case Aborted ended -> ended(ended);
        });
    }

    /**
     * The next stage.
     *
     * @param evaluation of the evidence now
     */
    Function<LockedExperiment, Change> approve(Evaluation evaluation, List<GenerationEvidence> evidence) {
        return onRamp((locked, ramp) -> {
            if (!(ramp.state() instanceof AwaitingApproval awaiting)) {
                return new Change.Refused(
                        "nothing awaits approval: the ramp is " + ramp.state().wireName() + " at " + ramp.where());
            }
            StageProgress progress =
                    StageProgress.of(evaluation, awaiting.stage().samples(evidence, ramp.plan()));
            RampState next = awaiting.approve(
                    ramp.plan(), progress, now, locked.experiment().generation() + 1);
            if (next.equals(awaiting)) {
                return new Change.Refused("the evidence no longer shows that every limit is kept: "
                        + String.join("; ", evaluation.reasons()));
            }
            Ramp after = ramp.in(next);
            return new Change.To(
                    next.stage().appliedTo(locked.experiment(), ramp.plan()),
                    after.stored(),
                    List.of(
                            AuditEntry.of(actor, AuditAction.RAMP_APPROVED, ramp.where() + " has come to its end"),
                            AuditEntry.of(actor, AuditAction.RAMP_STEP, after.where())));
        });
    }

    /** Changes the split. A ramp that would change it again is paused. */
    Function<LockedExperiment, Change> updateSplit(Split split) {
        return locked -> {
            Experiment experiment = locked.experiment();
            Ramp ramp = locked.ramp() == null ? null : Ramp.of(locked.ramp());
            if (experiment.mode() != Mode.TRAFFIC_SPLIT) {
                return withoutSplit(experiment, ramp);
            }
            Experiment changed = experiment.withSplit(split);
            if (changed.equals(experiment)) {
                return new Change.None();
            }
            List<AuditEntry> entries = new ArrayList<>();
            entries.add(AuditEntry.of(actor, AuditAction.SPLIT_UPDATED));
            PersistedRamp stored = locked.ramp();
            if (ramp != null && ramp.state() instanceof Advancing advancing) {
                String why = "the test was changed manually by " + actor;
                stored = ramp.in(advancing.pause(why, now)).stored();
                entries.add(AuditEntry.of(actor, AuditAction.RAMP_PAUSED, "at " + ramp.where() + ": " + why));
            }
            return new Change.To(changed, stored, entries);
        };
    }

    private static Change withoutSplit(Experiment experiment, @Nullable Ramp ramp) {
        String path = "/api/v1/ab-test/" + experiment.testId() + "/ramp";
        String mode = experiment.shadow()
                ? "test " + experiment.testId()
                        + " is a shadow: both models run for every request, and a split has no effect; "
                : "test " + experiment.testId()
                        + " is in mode disabled: control answers all requests, and a split has no effect; ";
        return new Change.Refused(
                ramp != null && ramp.state() instanceof Active
                        ? mode + "its ramp sets the split after the shadow stage, and POST " + path
                                + "/abort ends the ramp"
                        : mode + "POST " + path
                                + " makes it a split, with {\"steps\": [0.05], \"rehearse\": false} at once");
    }

    /** Ends the ramp and disables the experiment. */
    Function<LockedExperiment, Change> abort() {
        return onRamp((locked, ramp) -> switch (ramp.state()) {
            case Active active ->
                to(
                        locked.experiment().withEnabled(false),
                        ramp.in(active.abort("by " + actor, now)),
                        AuditAction.RAMP_ABORTED,
                        ramp.where());
            case Aborted aborted -> new Change.None();
            case Finished ended -> ended(ended);
        });
    }

    private Change to(Experiment experiment, Ramp ramp, AuditAction action, String where) {
        return new Change.To(experiment, ramp.stored(), List.of(AuditEntry.of(actor, action, "at " + where)));
    }

    private static Function<LockedExperiment, Change> onRamp(BiFunction<LockedExperiment, Ramp, Change> rule) {
        return locked -> {
            PersistedRamp ramp = locked.ramp();
            return ramp == null
                    ? new Change.Refused("test " + locked.experiment().testId() + " has no ramp; POST /api/v1/ab-test/"
                            + locked.experiment().testId() + "/ramp starts one")
                    : rule.apply(locked, Ramp.of(ramp));
        };
    }

    private static Change ended(RampState ended) {
        return new Change.Refused("the ramp is " + ended.wireName() + " and cannot continue; start another");
    }

    private static Change disabled(Experiment experiment) {
        return new Change.Refused("test " + experiment.testId() + " is disabled; enable it first");
    }
}
