package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.GenerationEvidence;
import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.evidence.OutcomeEvidence;
import ai.ultrathink.understudy.experiment.Experiment;
import ai.ultrathink.understudy.experiment.Guardrails;
import ai.ultrathink.understudy.experiment.Mode;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Complete input of an evaluation, which can be repeated from it alone. Stored with every automatic decision.
 *
 * @param testId the experiment
 * @param generation the experiment's generation when it was evaluated
 * @param mode its mode then
 * @param guardrails its limits then
 * @param evidence the sums of each generation, oldest first
 * @param kept the largest evidence of earlier evaluations, of any version and limit
 * @param outcome its outcome plan then, or null: without one nothing is asked about outcomes
 * @param outcomes the closed blocks of that plan
 */
public record EvaluationInput(
        String testId,
        long generation,
        Mode mode,
        Guardrails guardrails,
        List<GenerationEvidence> evidence,
        List<KeptEvidence> kept,
        @Nullable OutcomePlan outcome,
        OutcomeEvidence outcomes) {

    /** Decisions of earlier releases kept nothing and knew no outcomes. */
    public EvaluationInput {
        evidence = List.copyOf(evidence);
        kept = List.copyOf(Objects.requireNonNullElse(kept, List.of()));
        outcomes = Objects.requireNonNullElse(outcomes, OutcomeEvidence.NONE);
    }

    /** The input for an experiment as it is configured now. */
    public static EvaluationInput of(
            Experiment experiment,
            List<GenerationEvidence> evidence,
            List<KeptEvidence> kept,
            OutcomeEvidence outcomes) {
        return new EvaluationInput(
                experiment.testId(),
                experiment.generation(),
                experiment.mode(),
                experiment.guardrails(),
                evidence,
                kept,
                experiment.outcome(),
                outcomes);
    }

    /** Without an outcome plan. */
    public EvaluationInput(
            String testId,
            long generation,
            Mode mode,
            Guardrails guardrails,
            List<GenerationEvidence> evidence,
            List<KeptEvidence> kept) {
        this(testId, generation, mode, guardrails, evidence, kept, null, OutcomeEvidence.NONE);
    }

    /** Without earlier evaluations. */
    public EvaluationInput(
            String testId, long generation, Mode mode, Guardrails guardrails, List<GenerationEvidence> evidence) {
        this(testId, generation, mode, guardrails, evidence, List.of());
    }
}
