package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.EvaluationInput;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.storage.experiment.KeptEvidenceStore;
import ai.ultrathink.understudy.storage.results.EvidenceQueries;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;

/** Reads what an evaluation rests on when a person changes an experiment. */
@ApplicationScoped
class EvaluationInputs {

    private final EvidenceQueries evidence;
    private final KeptEvidenceStore memory;

    EvaluationInputs(EvidenceQueries evidence, KeptEvidenceStore memory) {
        this.evidence = evidence;
        this.memory = memory;
    }

    /** The input for an experiment as it is now. */
    Uni<EvaluationInput> of(Experiment experiment) {
        return evidence.evidence(experiment.testId())
                .chain(shown ->
                        memory.kept(experiment.testId()).map(kept -> EvaluationInput.of(experiment, shown, kept)))
                // an evaluation takes a while, and must not keep the thread that brought the evidence
                .emitOn(Infrastructure.getDefaultExecutor());
    }
}
