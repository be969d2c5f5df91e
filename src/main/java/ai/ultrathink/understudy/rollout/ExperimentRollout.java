package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailMemory;
import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.log.LogFields;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Evaluates one experiment and acts on the result. */
final class ExperimentRollout {

    private static final Logger LOG = Logger.getLogger(ExperimentRollout.class);

    private final Supplier<Uni<Boolean>> leads;
    private final RolloutExperiments experiments;
    private final GuardrailAlerts alerts;
    private final Duration evidenceTimeout;
    private final RolloutMetrics metrics;
    private final EvaluationHistory history;
    private final VerdictLog verdicts = new VerdictLog();

    /** @param leads whether this replica leads at this moment */
    ExperimentRollout(
            Supplier<Uni<Boolean>> leads,
            RolloutExperiments experiments,
            GuardrailAlerts alerts,
            Duration evidenceTimeout,
            RolloutMetrics metrics,
            EvaluationHistory history) {
        this.leads = leads;
        this.experiments = experiments;
        this.alerts = alerts;
        this.evidenceTimeout = evidenceTimeout;
        this.metrics = metrics;
        this.history = history;
    }

    /** Evaluates an experiment. Fails if there is no evidence in time; then nothing is done. */
    Uni<Void> evaluate(LockedExperiment seen, Instant now) {
        return seen.experiment().running() ? evaluateRunning(seen, now) : pauseRamp(seen, now);
    }

    /** The ramp of an experiment that does not run waits for a person. */
    private Uni<Void> pauseRamp(LockedExperiment idle, Instant now) {
        metrics.idle(idle.experiment().testId());
        verdicts.forget(idle.experiment().testId());
        Function<LockedExperiment, Change> pause = locked -> RolloutActions.pause(locked, now);
        return pause.apply(idle) instanceof Change.To
                ? change(idle.experiment(), pause)
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> evaluateRunning(LockedExperiment seen, Instant now) {
        String testId = seen.experiment().testId();
        return experiments
                .evidence()
                .apply(testId)
                .chain(evidence -> experiments
                        .memory()
                        .kept(testId)
                        .chain(kept -> outcomes(seen.experiment(), evidence)
                                .map(outcomes -> EvaluationInput.of(seen.experiment(), evidence, kept, outcomes))))
                .ifNoItem()
                .after(evidenceTimeout)
                .failWith(() -> new IllegalStateException("no evidence within " + evidenceTimeout.toMillis() + " ms"))
                // an evaluation takes a while, and must not keep the thread that brought the evidence
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(DecisionRecord::on)
                .invoke(decision -> metrics.evaluated(seen, decision))
                .invoke(decision -> verdicts.evaluated(testId, decision.evaluation()))
                .call(decision -> remember(decision, now))
                .invoke(decision -> history.evaluated(seen, decision, now))
                .chain(decision -> act(seen, decision, now));
    }

    /** In half of the time, so that the other guardrails are evaluated without them. */
    private Uni<OutcomeEvidence> outcomes(Experiment experiment, List<GenerationEvidence> evidence) {
        return PlannedOutcomes.of(experiment, evidence, experiments.outcomes(), evidenceTimeout.dividedBy(2));
    }

    /** Before anything is done, because a disabled experiment is not evaluated any more. What cannot be kept stops no action. */
    private Uni<Void> remember(DecisionRecord decision, Instant now) {
        return experiments
                .memory()
                .keep(
                        decision.input().testId(),
                        GuardrailMemory.worthKeeping(decision.input(), decision.evaluation(), now))
                .onFailure()
                .invoke(failure -> LOG.warnf(
                        "the evidence against experiment %s could not be kept: %s",
                        decision.input().testId(), failure.getMessage()))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> act(LockedExperiment seen, DecisionRecord decision, Instant now) {
        RolloutActions actions = new RolloutActions(decision, seen, now);
        return actions.due(seen)
                .map(rule -> change(seen.experiment(), rule))
                .orElseGet(() -> Uni.createFrom().voidItem())
                .chain(() -> alerts.tell(seen.experiment(), actions));
    }

    /**
     * Asks again whether this replica leads, because the evidence took its time. Changes only the generation that was evaluated,
     * because others may act, too.
     */
    private Uni<Void> change(Experiment experiment, Function<LockedExperiment, Change> rule) {
        return leads.get()
                .chain(leading -> leading
                        ? experiments
                                .changes()
                                .change(experiment.testId(), experiment.generation(), rule)
                                .invoke(edit -> done(experiment, edit))
                        : Uni.createFrom().nullItem())
                .replaceWithVoid();
    }

    private void done(Experiment experiment, EditResult edit) {
        switch (edit) {
            case EditResult.Done(Experiment after)
            when experiment.enabled() && !after.enabled() -> metrics.rolledBack(experiment.testId());
            // the storing of the event has written the line
            case EditResult.Done done -> {}
            case EditResult.Conflict(String why) ->
                LogFields.of(LogFields.TEST, experiment.testId())
                        .tell(() -> LOG.infof("nothing was done about experiment %s: %s", experiment.testId(), why));
            case EditResult.Awaiting awaiting -> throw new IllegalStateException("the service needs no approval");
            case EditResult.Unchanged unchanged ->
                LOG.debugf("nothing was left to do about experiment %s", experiment.testId());
            case EditResult.Missing missing -> LOG.debugf("experiment %s is gone", experiment.testId());
        }
    }
}
