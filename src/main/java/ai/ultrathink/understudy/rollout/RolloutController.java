package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.outcome.ClosedOutcomes;
import ai.ultrathink.understudy.assignment.CatalogFollower;
import ai.ultrathink.understudy.assignment.ExperimentCommands;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.rollout.RampState.Aborted;
import ai.ultrathink.understudy.rollout.RampState.Finished;
import ai.ultrathink.understudy.storage.audit.EventStore;
import ai.ultrathink.understudy.storage.experiment.KeptEvidenceStore;
import ai.ultrathink.understudy.storage.experiment.RampStore;
import ai.ultrathink.understudy.storage.results.EvidenceQueries;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Evaluates every running experiment at regular times, on the leader, and acts on the result. Evidence that is missing
 * or late never leads to an action.
 */
@ApplicationScoped
public class RolloutController {

    private static final Logger LOG = Logger.getLogger(RolloutController.class);

    private final Supplier<Uni<Boolean>> leads;
    private final Runnable lead;
    private final RolloutExperiments experiments;
    private final ExperimentRollout rollout;
    private final GuardrailAlerts alerts;
    private final RolloutConfig config;
    private final RampClock clock;
    private final RolloutMetrics metrics;
    private final EvaluationHistory history;
    private final EvaluationProblems problems;
    private final Map<String, String> unreadable = new ConcurrentHashMap<>();
    private volatile Cancellable running = () -> {};

    @Inject
    RolloutController(
            LeaderElection election,
            RolloutExperiments experiments,
            RolloutConfig config,
            RampClock clock,
            RolloutMetrics metrics,
            EvaluationHistory history) {
        this(election::holds, election::start, experiments, config, clock, metrics, history);
    }

    /**
     * @param leads whether this replica leads at this moment
     * @param lead makes this replica a candidate from now on
     */
    RolloutController(
            Supplier<Uni<Boolean>> leads,
            Runnable lead,
            RolloutExperiments experiments,
            RolloutConfig config,
            RampClock clock,
            RolloutMetrics metrics,
            EvaluationHistory history) {
        this.leads = leads;
        this.lead = lead;
        this.experiments = experiments;
        this.alerts = new GuardrailAlerts(experiments.alerts());
        this.rollout = new ExperimentRollout(leads, experiments, alerts, config.evidenceTimeout(), metrics, history);
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
        this.history = history;
        this.problems = new EvaluationProblems(metrics);
    }

    @Produces
    @Singleton
    static RolloutExperiments experiments(
            CatalogFollower catalog,
            ExperimentCommands commands,
            RampStore ramps,
            EvidenceQueries evidence,
            KeptEvidenceStore memory,
            ClosedOutcomes outcomes,
            EventStore events) {
        return new RolloutExperiments(
                catalog::readable,
                () -> ramps.except(Finished.NAME, Aborted.NAME),
                evidence::evidence,
                new RolloutExperiments.Memory() {
                    @Override
                    public Uni<List<KeptEvidence>> kept(String testId) {
                        return memory.kept(testId);
                    }

                    @Override
                    public Uni<Void> keep(String testId, List<KeptEvidence> larger) {
                        return memory.keep(testId, larger);
                    }
                },
                outcomes::of,
                commands::change,
                events::alert);
    }

    /** Starts the evaluations. Call once, when the schema is in place; experiments may become known later. */
    public void start() {
        lead.run();
        running = Multi.createFrom()
                .ticks()
                .every(config.evaluateEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> evaluateAll())
                .subscribe()
                .with(evaluated -> {}, failure -> LOG.error("experiments are no longer evaluated", failure));
    }

    /** Evaluates all experiments once, one after the other, if this replica leads. Never fails. */
    Uni<Void> evaluateAll() {
        return Uni.createFrom()
                .deferred(leads::get)
                .chain(leading -> leading ? evaluateEach() : standBy())
                .invoke(() -> problems.recovered())
                .onFailure()
                .invoke(failure -> problems.failed(failure))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> standBy() {
        clock.standBy();
        metrics.retain(Set.of());
        history.retain(Set.of());
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> evaluateEach() {
        List<Experiment> known = experiments.known().get();
        Map<String, Long> generations =
                known.stream().collect(Collectors.toUnmodifiableMap(Experiment::testId, Experiment::generation));
        metrics.retain(generations.keySet());
        history.retain(generations.keySet());
        alerts.retain(generations);
        problems.retain(generations.keySet());
        return clock.advance()
                .chain(now -> experiments
                        .ramps()
                        .get()
                        .chain(ramps -> Multi.createFrom()
                                .iterable(toEvaluate(known, ramps))
                                .onItem()
                                .transformToUniAndConcatenate(seen -> evaluate(seen, now))
                                .collect()
                                .last()
                                .replaceWithVoid()));
    }

    /** Running experiments, and those with an active ramp: most of many experiments are neither. */
    private List<LockedExperiment> toEvaluate(List<Experiment> known, Map<String, PersistedRamp> ramps) {
        unreadable.keySet().retainAll(ramps.keySet());
        ramps.forEach(this::tellUnreadable);
        List<LockedExperiment> found = new ArrayList<>();
        for (Experiment experiment : known) {
            PersistedRamp ramp = ramps.get(experiment.testId());
            if (experiment.running() || ramp != null) {
                found.add(new LockedExperiment(experiment, ramp));
            } else {
                metrics.idle(experiment.testId());
            }
        }
        return found;
    }

    /** Ramps that have ended are not among these, so one that reads as aborted cannot be read. */
    private void tellUnreadable(String testId, PersistedRamp ramp) {
        if (Ramp.of(ramp).state() instanceof Aborted aborted
                && !aborted.why().equals(unreadable.put(testId, aborted.why()))) {
            LOG.errorf(
                    "the ramp of experiment %s has stopped: %s; start another, or repair the row",
                    testId, aborted.why());
        }
    }

    /** Evaluates one experiment; a failure does not affect the others. */
    private Uni<Void> evaluate(LockedExperiment seen, Instant now) {
        String testId = seen.experiment().testId();
        return Uni.createFrom()
                .deferred(() -> rollout.evaluate(seen, now))
                .invoke(() -> problems.recovered(testId))
                .onFailure()
                .invoke(failure -> problems.failed(testId, failure))
                .onFailure()
                .recoverWithNull();
    }

    @PreDestroy
    void stop() {
        problems.end();
        running.cancel();
    }
}
