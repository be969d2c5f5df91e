package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import java.util.List;
import java.util.Objects;

/**
 * Complete input of an evaluation, which can be repeated from it alone. Stored with every automatic decision.
 *
 * @param testId the experiment
 * @param generation the experiment's generation when it was evaluated
 * @param mode its mode then
 * @param guardrails its limits then
 * @param evidence the sums of each generation, oldest first
 * @param kept the largest evidence of earlier evaluations, of any version and limit
 */
public record EvaluationInput(
        String testId,
        long generation,
        Mode mode,
        Guardrails guardrails,
        List<GenerationEvidence> evidence,
        List<KeptEvidence> kept) {

    /** Decisions of earlier releases kept nothing. */
    public EvaluationInput {
        evidence = List.copyOf(evidence);
        kept = List.copyOf(Objects.requireNonNullElse(kept, List.of()));
    }

    /** The input for an experiment as it is configured now. */
    public static EvaluationInput of(
            Experiment experiment, List<GenerationEvidence> evidence, List<KeptEvidence> kept) {
        return new EvaluationInput(
                experiment.testId(),
                experiment.generation(),
                experiment.mode(),
                experiment.guardrails(),
                evidence,
                kept);
    }

    /** Without earlier evaluations. */
    public EvaluationInput(
            String testId, long generation, Mode mode, Guardrails guardrails, List<GenerationEvidence> evidence) {
        this(testId, generation, mode, guardrails, evidence, List.of());
    }
}
