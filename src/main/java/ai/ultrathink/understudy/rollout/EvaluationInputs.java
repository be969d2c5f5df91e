package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.experiment.KeptEvidenceStore;
import ai.ultrathink.understudy.storage.results.EvidenceQueries;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/** Reads what an evaluation rests on when a person changes an experiment. */
@ApplicationScoped
class EvaluationInputs {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final EvidenceQueries evidence;
    private final KeptEvidenceStore memory;
    private final BiFunction<Experiment, List<GenerationEvidence>, Uni<OutcomeEvidence>> outcomes;

    EvaluationInputs(EvidenceQueries evidence, KeptEvidenceStore memory, RolloutExperiments experiments) {
        this.evidence = evidence;
        this.memory = memory;
        this.outcomes = experiments.outcomes();
    }

    /** The input for an experiment as it is now. */
    Uni<EvaluationInput> of(Experiment experiment) {
        return evidence.evidence(experiment.testId())
                .chain(shown -> memory.kept(experiment.testId())
                        .chain(kept -> PlannedOutcomes.of(experiment, shown, outcomes, PATIENCE)
                                .map(closed -> EvaluationInput.of(experiment, shown, kept, closed))))
                // an evaluation takes a while, and must not keep the thread that brought the evidence
                .emitOn(Infrastructure.getDefaultExecutor());
    }
}
