package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.Standing;
import ai.ultrathink.understudy.storage.StoredRamp;
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
public class Watch {

    private static final Logger LOG = Logger.getLogger(Watch.class);
    private static final String EVERYTHING = "";

    private final Supplier<Uni<Boolean>> leads;
    private final Runnable lead;
    private final Tests tests;
    private final Alerts alerts;
    private final RolloutConfig config;
    private final RampClock clock;
    private final RolloutMetrics metrics;
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private final Map<String, String> unreadable = new ConcurrentHashMap<>();
    private volatile Cancellable running = () -> {};
    private volatile boolean ended;

    @Inject
    Watch(Leadership leadership, Tests tests, RolloutConfig config, RampClock clock, RolloutMetrics metrics) {
        this(leadership::holds, leadership::start, tests, config, clock, metrics);
    }

    /**
     * @param leads whether this replica leads at this moment
     * @param lead begins to try to
     */
    Watch(
            Supplier<Uni<Boolean>> leads,
            Runnable lead,
            Tests tests,
            RolloutConfig config,
            RampClock clock,
            RolloutMetrics metrics) {
        this.leads = leads;
        this.lead = lead;
        this.tests = tests;
        this.alerts = new Alerts(tests);
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
        List<Experiment> known = tests.known();
        Map<String, Long> generations =
                known.stream().collect(Collectors.toUnmodifiableMap(Experiment::testId, Experiment::generation));
        metrics.retain(generations.keySet());
        alerts.retain(generations);
        problems.keySet().removeIf(what -> !what.equals(EVERYTHING) && !generations.containsKey(what));
        return clock.look()
                .chain(now -> tests.ramps()
                        .chain(ramps -> Multi.createFrom()
                                .iterable(toLookAt(known, ramps))
                                .onItem()
                                .transformToUniAndConcatenate(standing -> safely(standing, now))
                                .collect()
                                .last()
                                .replaceWithVoid()));
    }

    /** Of tests that do not run those alone whose ramps go on: of many tests few do. */
    private List<Standing> toLookAt(List<Experiment> known, Map<String, StoredRamp> ramps) {
        unreadable.keySet().retainAll(ramps.keySet());
        ramps.forEach(this::tellUnreadable);
        List<Standing> standings = new ArrayList<>();
        for (Experiment test : known) {
            StoredRamp ramp = ramps.get(test.testId());
            if (test.running() || ramp != null) {
                standings.add(new Standing(test, ramp));
            } else {
                metrics.idle(test.testId());
            }
        }
        return standings;
    }

    /** What has ended is not among the ramps, so one that reads as aborted is one that cannot be read. */
    private void tellUnreadable(String testId, StoredRamp ramp) {
        if (Ramp.of(ramp).state() instanceof Aborted aborted
                && !aborted.why().equals(unreadable.put(testId, aborted.why()))) {
            LOG.errorf("the ramp of test %s stands still: %s; start another, or mend the row", testId, aborted.why());
        }
    }

    private Uni<Void> safely(Standing seen, Instant now) {
        String testId = seen.test().testId();
        return Uni.createFrom()
                .deferred(() -> seen.test().running() ? judge(seen, now) : leave(seen, now))
                .invoke(() -> well(testId))
                .onFailure()
                .invoke(failure -> failed(testId, failure))
                .onFailure()
                .recoverWithNull();
    }

    private Uni<Void> leave(Standing idle, Instant now) {
        metrics.idle(idle.test().testId());
        Function<Standing, Change> pause = standing -> Remedies.pause(standing, now);
        return pause.apply(idle) instanceof Change.To
                ? act(idle.test(), pause)
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> judge(Standing seen, Instant now) {
        return tests.evidence(seen.test().testId())
                .ifNoItem()
                .after(config.evidenceTimeout())
                .failWith(() -> new IllegalStateException(
                        "no evidence within " + config.evidenceTimeout().toMillis() + " ms"))
                // to judge takes a while, and whoever brought the evidence has other things to do
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(evidence -> Dossier.on(seen.test(), evidence))
                .invoke(dossier -> metrics.judged(seen, dossier.judgement()))
                .chain(dossier -> act(seen, dossier, now));
    }

    private Uni<Void> act(Standing seen, Dossier dossier, Instant now) {
        Remedies remedies = new Remedies(dossier, seen, now);
        return remedies.due(seen)
                .map(rule -> act(seen.test(), rule))
                .orElseGet(() -> Uni.createFrom().voidItem())
                .chain(() -> alerts.tell(seen.test(), remedies));
    }

    /** Asked again, because the evidence took its time; and for the generation that was judged, because others may act, too. */
    private Uni<Void> act(Experiment test, Function<Standing, Change> rule) {
        return leads.get()
                .chain(leading -> leading
                        ? tests.change(test.testId(), test.generation(), rule).invoke(edit -> done(test, edit))
                        : Uni.createFrom().nullItem())
                .replaceWithVoid();
    }

    private void done(Experiment test, Edit edit) {
        switch (edit) {
            case Edit.Done(Experiment after)
            when test.enabled() && !after.enabled() -> {
                LOG.warnf("test %s was rolled back: control answers; its audit trail says why", test.testId());
                metrics.rolledBack(test.testId());
            }
            case Edit.Done done ->
                LOG.infof("the ramp of test %s moved; its audit trail says how and why", test.testId());
            case Edit.Conflict(String why) -> LOG.infof("nothing was done about test %s: %s", test.testId(), why);
            case Edit.Unchanged unchanged -> LOG.debugf("nothing was left to do about test %s", test.testId());
            case Edit.Missing missing -> LOG.debugf("test %s is gone", test.testId());
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
