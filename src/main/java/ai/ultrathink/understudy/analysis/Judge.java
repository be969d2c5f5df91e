package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.experiment.Measure;
import java.util.Arrays;
import java.util.List;

/** Judges a test by its evidence: a pure function, so that whoever has the case can judge again. */
public final class Judge {

    /** Raised when the same case may be judged otherwise, or with other figures: kept decisions say which judge took them. */
    public static final int VERSION = 2;

    private Judge() {}

    /** What the evidence says, in full: one finding for each measure, with intervals and reasons. */
    public static Judgement judge(Case evidence) {
        List<Checked> checks = checks(evidence);
        return new Judgement(
                Ruling.verdict(checks),
                Ruling.reasons(checks),
                checks.stream().map(Findings::of).toList());
    }

    /** The verdict alone, always that of {@link #judge}, for a fraction of its work: no interval's end is searched. */
    public static Verdict verdict(Case evidence) {
        return Ruling.verdict(checks(evidence));
    }

    private static List<Checked> checks(Case evidence) {
        Phases phases = Phases.of(evidence);
        return Arrays.stream(Measure.values())
                .map(measure -> Checked.of(check(terms(evidence, phases, measure), phases)))
                .toList();
    }

    private static Terms terms(Case evidence, Phases phases, Measure measure) {
        Guardrail guardrail = evidence.guardrails().of(measure);
        return new Terms(guardrail, evidence.guardrails().share(), required(guardrail, phases));
    }

    /**
     * A rehearsal has no split to deviate from. That the models agree is asked of every test: nothing else shows a model that is fast,
     * sure of itself and wrong.
     */
    private static boolean required(Guardrail guardrail, Phases phases) {
        return switch (guardrail.measure()) {
            case SPLIT_DEVIATION -> !phases.rehearsing();
            case AGREEMENT, P95_LATENCY_DELTA_MS, CONFIDENCE_DELTA, ERROR_RATE_DELTA -> true;
        };
    }

    private static Check check(Terms terms, Phases phases) {
        return switch (terms.guardrail().measure()) {
            case AGREEMENT -> AgreementCheck.of(terms, phases);
            case P95_LATENCY_DELTA_MS -> LatencyCheck.of(terms, phases);
            case CONFIDENCE_DELTA -> ConfidenceCheck.of(terms, phases.compared());
            case SPLIT_DEVIATION -> SplitDeviationCheck.of(terms, phases);
            case ERROR_RATE_DELTA -> ErrorRateCheck.of(terms, phases);
        };
    }
}
