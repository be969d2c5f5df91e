package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.Case;
import ai.ultrathink.understudy.analysis.Judge;
import ai.ultrathink.understudy.assignment.ExperimentRegistry;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.RampPlan;
import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.Change;
import ai.ultrathink.understudy.storage.Deed;
import ai.ultrathink.understudy.storage.Edit;
import ai.ultrathink.understudy.storage.EvidenceQueries;
import ai.ultrathink.understudy.storage.GenerationEvidence;
import ai.ultrathink.understudy.storage.RampStore;
import ai.ultrathink.understudy.storage.Standing;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
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
    private final TimeSource time;

    Ramps(ExperimentRegistry experiments, RampStore store, EvidenceQueries evidence, TimeSource time) {
        this.experiments = experiments;
        this.store = store;
        this.evidence = evidence;
        this.time = time;
    }

    /** Adds a test together with a ramp, and as the ramp's first stage has it. */
    public Uni<Edit> create(Experiment test, RampPlan plan, String actor) {
        Ramp ramp = Ramp.begun(plan, time.now(), test.generation());
        return experiments.create(
                ramp.state().stage().appliedTo(test, plan),
                ramp.stored(),
                List.of(Deed.of(actor, "created"), rules(actor).started(ramp)));
    }

    /** Where a test's ramp stands, if it ever had one. */
    public Uni<Optional<RampStatus>> find(String testId) {
        return store.find(testId).map(found -> found.map(ramp -> RampStatus.of(Ramp.of(ramp), time.now())));
    }

    /** Starts a ramp on a test that has none, or whose ramp has ended. */
    public Uni<Edit> start(String testId, RampPlan plan, String actor, @Nullable Long expectedGeneration) {
        return experiments.change(testId, expectedGeneration, rules(actor).start(plan));
    }

    /** Stops the clock of a ramp. The test stays as it is. */
    public Uni<Edit> pause(String testId, String actor, @Nullable Long expectedGeneration) {
        return experiments.change(testId, expectedGeneration, rules(actor).pause());
    }

    /** Lets a paused ramp go on. */
    public Uni<Edit> resume(String testId, String actor, @Nullable Long expectedGeneration) {
        return experiments.change(testId, expectedGeneration, rules(actor).resume());
    }

    /** Ends a ramp and disables its test. */
    public Uni<Edit> abort(String testId, String actor, @Nullable Long expectedGeneration) {
        return experiments.change(testId, expectedGeneration, rules(actor).abort());
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
                .map(shown -> approving(test, actor, shown))
                .chain(rule -> experiments.change(test.testId(), test.generation(), rule));
    }

    private Function<Standing, Change> approving(Experiment test, String actor, List<GenerationEvidence> shown) {
        Case subject = new Case(test.testId(), test.generation(), test.mode(), test.guardrails(), shown);
        return rules(actor).approve(Judge.judge(subject), shown);
    }

    private RampRules rules(String actor) {
        return new RampRules(actor, time.now());
    }
}
