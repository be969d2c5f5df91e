package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.change.Change;
import ai.ultrathink.understudy.change.EditResult;
import ai.ultrathink.understudy.change.LockedExperiment;
import ai.ultrathink.understudy.change.PersistedRamp;
import ai.ultrathink.understudy.experiment.Experiment;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Looks at the evidence of every running test, again and again, on the replica that leads, and acts on what it says. Evidence
 * that does not come, or not in time, never leads to anything.
 */
@ApplicationScoped
public class RolloutController {

    private static final Logger LOG = Logger.getLogger(RolloutController.class);
    private static final String EVERYTHING = "";

    private final Supplier<Uni<Boolean>> leads;
    private final Runnable lead;
    private final RolloutExperiments experiments;
    private final GuardrailAlerts alerts;
    private final RolloutConfig config;
    private final RampClock clock;
    private final RolloutMetrics metrics;
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private final Map<String, String> unreadable = new ConcurrentHashMap<>();
    private volatile Cancellable running = () -> {};
    private volatile boolean ended;

    @Inject
    RolloutController(
            Leadership leadership,
            RolloutExperiments experiments,
            RolloutConfig config,
            RampClock clock,
            RolloutMetrics metrics) {
        this(leadership::holds, leadership::start, experiments, config, clock, metrics);
    }

    /**
     * @param leads whether this replica leads at this moment
     * @param lead begins to try to
     */
    RolloutController(
            Supplier<Uni<Boolean>> leads,
            Runnable lead,
            RolloutExperiments experiments,
            RolloutConfig config,
            RampClock clock,
            RolloutMetrics metrics) {
        this.leads = leads;
        this.lead = lead;
        this.experiments = experiments;
        this.alerts = new GuardrailAlerts(experiments);
        this.config = config;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Watches from now on. Call once, when the schema is in place; tests may become known later. */
    public void start() {
        lead.run();
        running = Multi.createFrom()
                .ticks()
                .every(config.evaluateEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> look())
                .subscribe()
                .with(looked -> {}, failure -> LOG.error("tests are no longer watched", failure));
    }

    /** Looks once at all tests, one after the other. Never fails. */
    Uni<Void> look() {
        return Uni.createFrom()
                .deferred(leads::get)
                .chain(leading -> leading ? lookAtAll() : forget())
                .invoke(() -> well(EVERYTHING))
                .onFailure()
                .invoke(failure -> failed(EVERYTHING, failure))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> forget() {
        clock.leave();
        metrics.retain(Set.of());
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> lookAtAll() {
        List<Experiment> known = experiments.known();
        Map<String, Long> generations =
                known.stream().collect(Collectors.toUnmodifiableMap(Experiment::testId, Experiment::generation));
        metrics.retain(generations.keySet());
        alerts.retain(generations);
        problems.keySet().removeIf(what -> !what.equals(EVERYTHING) && !generations.containsKey(what));
        return clock.look()
                .chain(now -> experiments
                        .ramps()
                        .chain(ramps -> Multi.createFrom()
                                .iterable(toLookAt(known, ramps))
                                .onItem()
                                .transformToUniAndConcatenate(standing -> safely(standing, now))
                                .collect()
                                .last()
                                .replaceWithVoid()));
    }

    /** Of tests that do not run those alone whose ramps go on: of many tests few do. */
    private List<LockedExperiment> toLookAt(List<Experiment> known, Map<String, PersistedRamp> ramps) {
        unreadable.keySet().retainAll(ramps.keySet());
        ramps.forEach(this::tellUnreadable);
        List<LockedExperiment> standings = new ArrayList<>();
        for (Experiment experiment : known) {
            PersistedRamp ramp = ramps.get(experiment.testId());
            if (experiment.running() || ramp != null) {
                standings.add(new LockedExperiment(experiment, ramp));
            } else {
                metrics.idle(experiment.testId());
            }
        }
        return standings;
    }

    /** What has ended is not among the ramps, so one that reads as aborted is one that cannot be read. */
    private void tellUnreadable(String testId, PersistedRamp ramp) {
        if (Ramp.of(ramp).state() instanceof Aborted aborted
                && !aborted.why().equals(unreadable.put(testId, aborted.why()))) {
            LOG.errorf("the ramp of test %s stands still: %s; start another, or mend the row", testId, aborted.why());
        }
    }

    private Uni<Void> safely(LockedExperiment seen, Instant now) {
        String testId = seen.experiment().testId();
        return Uni.createFrom()
                .deferred(() -> seen.experiment().running() ? judge(seen, now) : leave(seen, now))
                .invoke(() -> well(testId))
                .onFailure()
                .invoke(failure -> failed(testId, failure))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> leave(LockedExperiment idle, Instant now) {
        metrics.idle(idle.experiment().testId());
        Function<LockedExperiment, Change> pause = standing -> RolloutActions.pause(standing, now);
        return pause.apply(idle) instanceof Change.To
                ? act(idle.experiment(), pause)
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> judge(LockedExperiment seen, Instant now) {
        return experiments
                .evidence(seen.experiment().testId())
                .ifNoItem()
                .after(config.evidenceTimeout())
                .failWith(() -> new IllegalStateException(
                        "no evidence within " + config.evidenceTimeout().toMillis() + " ms"))
                // to judge takes a while, and whoever brought the evidence has other things to do
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(evidence -> DecisionRecord.on(seen.experiment(), evidence))
                .invoke(decision -> metrics.judged(seen, decision.evaluation()))
                .chain(decision -> act(seen, decision, now));
    }

    private Uni<Void> act(LockedExperiment seen, DecisionRecord decision, Instant now) {
        RolloutActions actions = new RolloutActions(decision, seen, now);
        return actions.due(seen)
                .map(rule -> act(seen.experiment(), rule))
                .orElseGet(() -> Uni.createFrom().voidItem())
                .chain(() -> alerts.tell(seen.experiment(), actions));
    }

    /** Asked again, because the evidence took its time; and for the generation that was judged, because others may act, too. */
    private Uni<Void> act(Experiment experiment, Function<LockedExperiment, Change> rule) {
        return leads.get()
                .chain(leading -> leading
                        ? experiments
                                .change(experiment.testId(), experiment.generation(), rule)
                                .invoke(edit -> done(experiment, edit))
                        : Uni.createFrom().nullItem())
                .replaceWithVoid();
    }

    private void done(Experiment experiment, EditResult edit) {
        switch (edit) {
            case EditResult.Done(Experiment after)
            when experiment.enabled() && !after.enabled() -> {
                LOG.warnf("test %s was rolled back: control answers; its audit trail says why", experiment.testId());
                metrics.rolledBack(experiment.testId());
            }
            case EditResult.Done done ->
                LOG.infof("the ramp of test %s moved; its audit trail says how and why", experiment.testId());
            case EditResult.Conflict(String why) ->
                LOG.infof("nothing was done about test %s: %s", experiment.testId(), why);
            case EditResult.Unchanged unchanged ->
                LOG.debugf("nothing was left to do about test %s", experiment.testId());
            case EditResult.Missing missing -> LOG.debugf("test %s is gone", experiment.testId());
        }
    }

    private void well(String what) {
        if (problems.remove(what) != null) {
            LOG.infof("%s judged again", words(what));
        }
    }

    /** One line when the reason changes, not one at each look. */
    private void failed(String what, Throwable failure) {
        if (ended) {
            // what is in the middle of something finds its database gone
            return;
        }
        metrics.failed(what);
        String problem = String.valueOf(failure.getMessage());
        if (!problem.equals(problems.put(what, problem))) {
            LOG.warnf("%s not judged for now: %s", words(what), problem);
        }
    }

    private static String words(String what) {
        return what.equals(EVERYTHING) ? "the running tests are" : "test " + what + " is";
    }

    @PreDestroy
    void stop() {
        ended = true;
        running.cancel();
    }
}
