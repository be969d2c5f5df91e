package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.ModelChange;
import ai.ultrathink.understudy.change.ModelChangeRule;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.OnModelChange;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Active;
import ai.ultrathink.understudy.rollout.RampState.Advancing;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.rollout.RampState.Holding;
import ai.ultrathink.understudy.rollout.RampState.Paused;
import ai.ultrathink.understudy.rollout.RampState.ShadowStage;
import ai.ultrathink.understudy.rollout.RampState.Stage;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to a running experiment when the version of one of its models changes: its ramp waits or
 * continues, or the experiment is rolled back. An experiment that is pinned to a version is rolled back on any other
 * version, regardless of its policy. The stage of a ramp starts again, because its evidence was of another version.
 */
@ApplicationScoped
class ModelChangeRules implements ModelChangeRule {

    private static final String MODELS = "models";

    private final RolloutMetrics metrics;

    ModelChangeRules(RolloutMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void rolledBack(String testId) {
        // the storing of the event has written the line
        metrics.rolledBack(testId);
    }

    @Override
    public Change.To changed(LockedExperiment locked, List<ModelChange> changes, String actor, Instant now) {
        Experiment experiment = locked.experiment();
        String what = changes.stream().map(ModelChange::text).collect(Collectors.joining("; "));
        List<AuditEntry> entries = new ArrayList<>();
        entries.add(AuditEntry.of(actor, AuditAction.MODEL_CHANGED, what));
        Optional<String> why = rollBack(experiment, changes);
        if (why.isPresent()) {
            String reason = what + "; " + why.get();
            entries.add(AuditEntry.of(MODELS, AuditAction.ROLLED_BACK, reason));
            return new Change.To(experiment.withEnabled(false), aborted(locked.ramp(), reason, now, entries), entries);
        }
        PersistedRamp ramp = again(locked, now);
        return experiment.versions().onChange() == OnModelChange.PAUSE
                ? new Change.To(experiment, paused(ramp, what, now, entries), entries)
                : new Change.To(experiment, ramp, entries);
    }

    private static Optional<String> rollBack(Experiment experiment, List<ModelChange> changes) {
        for (ModelChange change : changes) {
            boolean control = change.role() == Variant.CONTROL;
            String pinned = control
                    ? experiment.versions().controlDigest()
                    : experiment.versions().treatmentDigest();
            ModelVersion to = change.to();
            if (pinned != null && (to == null || !to.is(pinned))) {
                return Optional.of((control ? "control_digest" : "treatment_digest") + " pins the test to version #"
                        + ModelVersion.shown(pinned));
            }
        }
        return experiment.versions().onChange() == OnModelChange.ROLL_BACK
                ? Optional.of("on_model_change is roll_back")
                : Optional.empty();
    }

    private static @Nullable PersistedRamp aborted(
            @Nullable PersistedRamp stored, String reason, Instant now, List<AuditEntry> entries) {
        if (stored == null || !(Ramp.of(stored).state() instanceof Active active)) {
            return stored;
        }
        Ramp ramp = Ramp.of(stored);
        entries.add(AuditEntry.of(
                MODELS, AuditAction.RAMP_ABORTED, "at " + ramp.where() + ", because the test was rolled back"));
        return ramp.in(active.abort("the test was rolled back: " + reason, now)).stored();
    }

    private static @Nullable PersistedRamp again(LockedExperiment locked, Instant now) {
        PersistedRamp stored = locked.ramp();
        if (stored == null) {
            return null;
        }
        Ramp ramp = Ramp.of(stored);
        long generation = locked.experiment().generation() + 1;
        return switch (ramp.state()) {
            case Advancing advancing ->
                ramp.in(again(advancing.stage(), now, generation)).stored();
            case Paused paused ->
                ramp.in(new Paused(again(paused.stage(), now, generation), now, paused.why()))
                        .stored();
            case Finished finished -> stored;
            case Aborted aborted -> stored;
        };
    }

    private static Stage again(Stage stage, Instant now, long generation) {
        return switch (stage) {
            case ShadowStage shadow -> new ShadowStage(now, generation);
            case Holding holding -> new Holding(holding.number(), now, generation);
        };
    }

    private static @Nullable PersistedRamp paused(
            @Nullable PersistedRamp stored, String what, Instant now, List<AuditEntry> entries) {
        if (stored == null || !(Ramp.of(stored).state() instanceof Advancing advancing)) {
            return stored;
        }
        Ramp ramp = Ramp.of(stored);
        String why = "model changed: " + what;
        entries.add(AuditEntry.of(MODELS, AuditAction.RAMP_PAUSED, "at " + ramp.where() + ": " + why));
        return ramp.in(advancing.pause(why, now)).stored();
    }
}
