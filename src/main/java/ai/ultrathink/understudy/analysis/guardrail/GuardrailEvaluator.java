package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.GuardrailMetric;
import java.util.Arrays;
import java.util.List;

/** Judges a test by its evidence: a pure function, so that whoever has the case can judge again. */
public final class GuardrailEvaluator {

    /** Raised when the same case may be judged otherwise, or with other figures: kept decisions say which judge took them. */
    public static final int VERSION = 2;

    private GuardrailEvaluator() {}

    /** What the evidence says, in full: one finding for each measure, with intervals and reasons. */
    public static Evaluation judge(EvaluationInput evidence) {
        List<CheckedGuardrail> checks = checks(evidence);
        return new Evaluation(
                VerdictRule.verdict(checks),
                VerdictRule.reasons(checks),
                checks.stream().map(GuardrailResultWriter::of).toList());
    }

    /** The verdict alone, always that of {@link #judge}, for a fraction of its work: no interval's end is searched. */
    public static Verdict verdict(EvaluationInput evidence) {
        return VerdictRule.verdict(checks(evidence));
    }

    private static List<CheckedGuardrail> checks(EvaluationInput evidence) {
        Phases phases = Phases.of(evidence);
        return Arrays.stream(GuardrailMetric.values())
                .map(metric -> CheckedGuardrail.of(check(terms(evidence, phases, metric), phases)))
                .toList();
    }

    private static CheckParameters terms(EvaluationInput evidence, Phases phases, GuardrailMetric metric) {
        Guardrail guardrail = evidence.guardrails().of(metric);
        return new CheckParameters(guardrail, evidence.guardrails().share(), required(guardrail, phases));
    }

    /**
     * A shadow has no split to deviate from. That the models agree is asked of every test: nothing else shows a model that is fast,
     * sure of itself and wrong.
     */
    private static boolean required(Guardrail guardrail, Phases phases) {
        return switch (guardrail.metric()) {
            case SPLIT_DEVIATION -> !phases.shadow();
            case AGREEMENT, P95_LATENCY_DELTA_MS, CONFIDENCE_DELTA, ERROR_RATE_DELTA -> true;
        };
    }

    private static GuardrailCheck check(CheckParameters parameters, Phases phases) {
        return switch (parameters.guardrail().metric()) {
            case AGREEMENT -> AgreementCheck.of(parameters, phases);
            case P95_LATENCY_DELTA_MS -> LatencyCheck.of(parameters, phases);
            case CONFIDENCE_DELTA -> ConfidenceCheck.of(parameters, phases.compared());
            case SPLIT_DEVIATION -> SplitDeviationCheck.of(parameters, phases);
            case ERROR_RATE_DELTA -> ErrorRateCheck.of(parameters, phases);
        };
    }
}
