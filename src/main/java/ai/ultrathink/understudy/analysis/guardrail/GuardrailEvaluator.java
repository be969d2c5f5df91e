package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import ai.ultrathink.understudy.experiment.OutcomePlan;
import java.util.ArrayList;
import java.util.List;

/** Evaluates an experiment's guardrails: a pure function, so that anyone with the input can repeat an evaluation. */
public final class GuardrailEvaluator {

    /**
     * Raised when the same input may give another verdict or other figures. Stored decisions record the version that
     * took them.
     */
    public static final int VERSION = 3;

    private GuardrailEvaluator() {}

    /**
     * The full evaluation: one result for each guardrail metric, with intervals and reasons; that of the outcomes only where there is a
     * plan for them.
     */
    public static Evaluation evaluate(EvaluationInput evidence) {
        List<CheckedGuardrail> checks = checks(evidence);
        return new Evaluation(
                VerdictRule.verdict(checks),
                VerdictRule.reasons(checks),
                checks.stream().map(GuardrailResultWriter::of).toList());
    }

    /**
     * The verdict alone, always that of {@link #evaluate}, for a fraction of the work: no ends of intervals are
     * searched.
     */
    public static Verdict verdict(EvaluationInput evidence) {
        return VerdictRule.verdict(checks(evidence));
    }

    private static List<CheckedGuardrail> checks(EvaluationInput evidence) {
        Phases phases = Phases.of(evidence);
        List<CheckedGuardrail> checks = new ArrayList<>();
        for (GuardrailMetric metric : GuardrailMetric.OF_EVERY_EXPERIMENT) {
            checks.add(CheckedGuardrail.of(
                    check(terms(evidence, phases, metric), phases), GuardrailMemory.of(evidence, metric)));
        }
        OutcomePlan plan = evidence.outcome();
        if (plan != null) {
            checks.add(CheckedGuardrail.of(
                    OutcomeCheck.of(plan, evidence), GuardrailMemory.of(evidence, GuardrailMetric.OUTCOME_DELTA)));
        }
        return checks;
    }

    private static CheckParameters terms(EvaluationInput evidence, Phases phases, GuardrailMetric metric) {
        Guardrail guardrail = evidence.guardrails().of(metric);
        return new CheckParameters(
                guardrail, evidence.guardrails().share(), evidence.guardrails().alpha(), required(guardrail, phases));
    }

    /**
     * A shadow has no split to deviate from. That the models agree is asked of every experiment: nothing else shows a model that is fast,
     * sure of itself and wrong.
     */
    private static boolean required(Guardrail guardrail, Phases phases) {
        return switch (guardrail.metric()) {
            case SPLIT_DEVIATION -> !phases.shadow();
            case AGREEMENT, P95_LATENCY_DELTA_MS, CONFIDENCE_DELTA, ERROR_RATE_DELTA -> true;
            case OUTCOME_DELTA -> throw apart();
        };
    }

    private static GuardrailCheck check(CheckParameters parameters, Phases phases) {
        return switch (parameters.guardrail().metric()) {
            case AGREEMENT -> AgreementCheck.of(parameters, phases);
            case P95_LATENCY_DELTA_MS -> LatencyCheck.of(parameters, phases);
            case CONFIDENCE_DELTA -> ConfidenceCheck.of(parameters, phases.compared());
            case SPLIT_DEVIATION -> SplitDeviationCheck.of(parameters, phases);
            case ERROR_RATE_DELTA -> ErrorRateCheck.of(parameters, phases);
            case OUTCOME_DELTA -> throw apart();
        };
    }

    private static IllegalArgumentException apart() {
        return new IllegalArgumentException(
                "metric: got outcome_delta; allowed: the others, which share the experiment's alpha");
    }
}
