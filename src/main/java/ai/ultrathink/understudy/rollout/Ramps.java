package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.ExperimentCommands;
import ai.ultrathink.understudy.change.ApprovalKind;
import ai.ultrathink.understudy.change.AuditAction;
import ai.ultrathink.understudy.change.AuditEntry;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.Permission;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.experiment.ExperimentStore;
import ai.ultrathink.understudy.storage.experiment.RampStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Operations on ramps. Each change is one transaction with its events.
 *
 * <p>{@code expectedGeneration} rejects a change unless the experiment is at that generation; null accepts any.
 */
@ApplicationScoped
public class Ramps {

    private final ExperimentCommands experiments;
    private final ExperimentStore store;
    private final RampStore ramps;
    private final EvaluationInputs inputs;
    private final ModelCompatibility fitness;
    private final FourEyes fourEyes;
    private final RampClock clock;
    private final TimeSource time;

    Ramps(
            ExperimentCommands experiments,
            ExperimentStore store,
            RampStore ramps,
            EvaluationInputs inputs,
            ModelCompatibility fitness,
            FourEyes fourEyes,
            RampClock clock,
            TimeSource time) {
        this.experiments = experiments;
        this.store = store;
        this.ramps = ramps;
        this.inputs = inputs;
        this.fitness = fitness;
        this.fourEyes = fourEyes;
        this.clock = clock;
        this.time = time;
    }

    /** Creates an experiment with a ramp, in the first stage of the ramp. */
    public Uni<EditResult> create(Experiment experiment, RampPlan plan, String actor) {
        return clock.now().chain(now -> {
            Ramp ramp = Ramp.begun(plan, now, experiment.generation());
            return experiments.create(
                    ramp.state().stage().appliedTo(experiment, plan),
                    ramp.stored(),
                    List.of(AuditEntry.of(actor, AuditAction.CREATED), new RampRules(actor, now).started(ramp)));
        });
    }

    /** The status of an experiment's ramp, if it ever had one. */
    public Uni<Optional<RampStatus>> find(Experiment experiment) {
        return ramps.find(experiment.testId())
                .chain(found -> found.map(ramp -> clock.now()
                                .chain(now -> status(experiment, Ramp.of(ramp), now))
                                .map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    private Uni<RampStatus> status(Experiment experiment, Ramp ramp, Instant now) {
        RampConditions waits = new RampConditions(ramp, experiment, now);
        Uni<List<String>> waitsFor = ramp.advancing()
                ? inputs.of(experiment)
                        .map(DecisionRecord::on)
                        .map(decision ->
                                waits.by(decision.evaluation(), decision.input().evidence()))
                        .onFailure()
                        .recoverWithItem(failure -> waits.unread(String.valueOf(failure.getMessage())))
                : Uni.createFrom().item(waits.unread(""));
        return waitsFor.map(sentences -> RampStatus.of(ramp, sentences, now, Duration.between(now, time.now())));
    }

    /** The mode that decides the action of a guardrail without an action of its own. */
    public Uni<Mode> defaultActionMode(Experiment experiment) {
        return experiment.shadow()
                ? ramps.find(experiment.testId()).map(found -> RolloutActions.mode(experiment, found.orElse(null)))
                : Uni.createFrom().item(experiment.mode());
    }

    /** Starts a ramp on an experiment that has none, or whose ramp has ended. */
    public Uni<EditResult> start(String testId, RampPlan plan, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, rules -> fitness.guarding(rules.start(plan)));
    }

    /** Stops the clock of a ramp. The experiment does not change. */
    public Uni<EditResult> pause(String testId, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, RampRules::pause);
    }

    /** Resumes a paused ramp. */
    public Uni<EditResult> resume(String testId, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, rules -> fitness.guarding(rules.resume()));
    }

    /** Changes the split of an experiment, which pauses a ramp that would change it again. */
    public Uni<EditResult> updateSplit(String testId, Split split, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, rules -> rules.updateSplit(split));
    }

    /** Enables an experiment. */
    public Uni<EditResult> enable(String testId, String actor, @Nullable Long expectedGeneration) {
        return store.find(testId)
                .map(found ->
                        found.filter(locked -> !locked.experiment().enabled()).flatMap(fitness::unusable))
                .chain(unusable -> unusable.<Uni<EditResult>>map(
                                why -> Uni.createFrom().item(new EditResult.Conflict(why)))
                        .orElseGet(() -> experiments.enable(testId, actor, expectedGeneration)));
    }

    /** Ends a ramp and disables its experiment. */
    public Uni<EditResult> abort(String testId, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, RampRules::abort);
    }

    /** Approves the next step of a ramp, if the present evidence still allows it. */
    public Uni<EditResult> approve(Experiment experiment, String actor, @Nullable Long expectedGeneration) {
        return fourEyes.permitting(
                experiment.testId(),
                FourEyes.Request.always(ApprovalKind.RAMP_STEP, "{}", actor),
                permission -> approve(experiment, actor, expectedGeneration, permission));
    }

    /** The same, if it is permitted. */
    Uni<EditResult> approve(
            Experiment experiment, String actor, @Nullable Long expectedGeneration, Permission permission) {
        if (expectedGeneration != null && expectedGeneration != experiment.generation()) {
            return Uni.createFrom()
                    .item(new EditResult.Conflict("test " + experiment.testId() + " is at generation "
                            + experiment.generation() + ", the change was made for generation " + expectedGeneration));
        }
        // only the generation that is evaluated may take the step
        return inputs.of(experiment)
                .map(DecisionRecord::on)
                .chain(decision -> change(
                        experiment.testId(),
                        actor,
                        experiment.generation(),
                        rules -> fitness.guarding(rules.approve(
                                decision.evaluation(), decision.input().evidence())),
                        permission));
    }

    private Uni<EditResult> change(
            String testId,
            String actor,
            @Nullable Long expectedGeneration,
            Function<RampRules, Function<LockedExperiment, Change>> rule) {
        return change(testId, actor, expectedGeneration, rule, Permission.FREE);
    }

    private Uni<EditResult> change(
            String testId,
            String actor,
            @Nullable Long expectedGeneration,
            Function<RampRules, Function<LockedExperiment, Change>> rule,
            Permission permission) {
        return clock.now()
                .chain(now -> experiments.change(
                        testId, expectedGeneration, rule.apply(new RampRules(actor, now)), permission));
    }
}
