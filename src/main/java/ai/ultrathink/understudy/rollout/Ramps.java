package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.Split;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.EvidenceQueries;
import ai.ultrathink.understudy.storage.RampStore;
import ai.ultrathink.understudy.storage.Standing;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ramps as people handle them. Each change is one transaction with its events.
 *
 * <p>{@code expectedGeneration} refuses a change unless the test is at that generation; null expects none.
 */
@ApplicationScoped
public class Ramps {

    private final ExperimentRegistry experiments;
    private final RampStore store;
    private final EvidenceQueries evidence;
    private final Fitness fitness;
    private final RampClock clock;
    private final TimeSource time;

    Ramps(
            ExperimentRegistry experiments,
            RampStore store,
            EvidenceQueries evidence,
            Fitness fitness,
            RampClock clock,
            TimeSource time) {
        this.experiments = experiments;
        this.store = store;
        this.evidence = evidence;
        this.fitness = fitness;
        this.clock = clock;
        this.time = time;
    }

    /** Adds a test together with a ramp, and as the ramp's first stage has it. */
    public Uni<Edit> create(Experiment test, RampPlan plan, String actor) {
        return clock.now().chain(now -> {
            Ramp ramp = Ramp.begun(plan, now, test.generation());
            return experiments.create(
                    ramp.state().stage().appliedTo(test, plan),
                    ramp.stored(),
                    List.of(Deed.of(actor, "created"), new RampRules(actor, now).started(ramp)));
        });
    }

    /** Where a test's ramp stands, and what it waits for, if it ever had one. */
    public Uni<Optional<RampStatus>> find(Experiment test) {
        return store.find(test.testId())
                .chain(found -> found.map(ramp -> clock.now()
                                .chain(now -> status(test, Ramp.of(ramp), now))
                                .map(Optional::of))
                        .orElseGet(() -> Uni.createFrom().item(Optional.empty())));
    }

    private Uni<RampStatus> status(Experiment test, Ramp ramp, Instant now) {
        WaitsFor waits = new WaitsFor(ramp, test, now);
        Uni<List<String>> waitsFor = ramp.underway()
                ? evidence.evidence(test.testId())
                        // to judge takes a while, and whoever brought the evidence has other things to do
                        .emitOn(Infrastructure.getDefaultExecutor())
                        .map(shown -> waits.by(Dossier.on(test, shown).judgement(), shown))
                        .onFailure()
                        .recoverWithItem(failure -> waits.unread(String.valueOf(failure.getMessage())))
                : Uni.createFrom().item(waits.unread(""));
        return waitsFor.map(sentences -> RampStatus.of(ramp, sentences, now, Duration.between(now, time.now())));
    }

    /** The mode by which a breach is dealt with where its guardrail leaves that open. */
    public Uni<Mode> remediesBy(Experiment test) {
        return test.shadow()
                ? store.find(test.testId()).map(found -> Remedies.mode(test, found.orElse(null)))
                : Uni.createFrom().item(test.mode());
    }

    /** Starts a ramp on a test that has none, or whose ramp has ended. */
    public Uni<Edit> start(String testId, RampPlan plan, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, rules -> fitness.guarding(rules.start(plan)));
    }

    /** Stops the clock of a ramp. The test stays as it is. */
    public Uni<Edit> pause(String testId, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, RampRules::pause);
    }

    /** Lets a paused ramp go on. */
    public Uni<Edit> resume(String testId, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, rules -> fitness.guarding(rules.resume()));
    }

    /** Changes a test's split by hand, which pauses a ramp that would go on by itself. */
    public Uni<Edit> updateSplit(String testId, Split split, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, rules -> rules.updateSplit(split));
    }

    /** Lets a test's treatment be used again. */
    public Uni<Edit> enable(String testId, String actor, @Nullable Long expectedGeneration) {
        return experiments
                .find(testId)
                .map(found ->
                        found.filter(standing -> !standing.test().enabled()).flatMap(fitness::unusable))
                .chain(unusable -> unusable.<Uni<Edit>>map(
                                why -> Uni.createFrom().item(new Edit.Conflict(why)))
                        .orElseGet(() -> experiments.enable(testId, true, actor, expectedGeneration)));
    }

    /** Ends a ramp and disables its test. */
    public Uni<Edit> abort(String testId, String actor, @Nullable Long expectedGeneration) {
        return change(testId, actor, expectedGeneration, RampRules::abort);
    }

    /** Lets a ramp that awaits it take its next step, if the evidence of this moment still allows it. */
    public Uni<Edit> approve(Experiment test, String actor, @Nullable Long expectedGeneration) {
        if (expectedGeneration != null && expectedGeneration != test.generation()) {
            return Uni.createFrom()
                    .item(new Edit.Conflict("test " + test.testId() + " is at generation " + test.generation()
                            + ", the change was made for generation " + expectedGeneration));
        }
        // the generation that is judged, and no other, may take the step
        return evidence.evidence(test.testId())
                .emitOn(Infrastructure.getDefaultExecutor())
                .chain(shown -> change(
                        test.testId(),
                        actor,
                        test.generation(),
                        rules -> fitness.guarding(
                                rules.approve(Dossier.on(test, shown).judgement(), shown))));
    }

    private Uni<Edit> change(
            String testId,
            String actor,
            @Nullable Long expectedGeneration,
            Function<RampRules, Function<Standing, Change>> rule) {
        return clock.now()
                .chain(now -> experiments.change(testId, expectedGeneration, rule.apply(new RampRules(actor, now))));
    }
}
