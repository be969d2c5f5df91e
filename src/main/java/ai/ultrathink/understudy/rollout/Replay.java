package ai.ultrathink.understudy.rollout;

import ai.ultrathink.understudy.analysis.guardrail.Evaluation;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailEvaluator;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailResult;
import ai.ultrathink.understudy.analysis.guardrail.GuardrailState;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An earlier decision, evaluated again from the evidence that is kept with it.
 *
 * @param eventId the decision's event in the audit trail
 * @param follows whether the result is the same
 * @param differences between the two, in words
 * @param recorded the evaluation then, as JSON
 * @param recomputed the evaluation now, as JSON
 */
public record Replay(
        long eventId,

        @Schema(description = "whether the evaluations are the same")
        boolean follows,

        @Schema(description = "the differences, in words") List<String> differences,

        @Schema(type = SchemaType.OBJECT, description = "the evaluation that the decision rested on") @JsonRawValue
        String recorded,

        @Schema(type = SchemaType.OBJECT, description = "the evaluation of the same evidence now") @JsonRawValue
        String recomputed) {

    // another machine may round the last digits of a logarithm differently
    private static final double TOLERANCE = 1e-9;

    public Replay {
        differences = List.copyOf(differences);
    }

    /**
     * Evaluates again.
     *
     * @param evidence of the event
     * @throws IllegalArgumentException if it cannot be evaluated
     */
    public static Replay of(long eventId, String evidence) {
        DecisionRecord decision = DecisionRecordJson.read(evidence);
        Evaluation now;
        try {
            now = GuardrailEvaluator.evaluate(decision.input());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("the evidence cannot be evaluated: " + e, e);
        }
        List<String> differences = differences(decision.evaluation(), now, decision.statisticsVersion());
        if (!differences.isEmpty() && decision.statisticsVersion() != GuardrailEvaluator.VERSION) {
            differences.addFirst("evaluator: the decision was taken by version " + decision.statisticsVersion()
                    + ", and this is version " + GuardrailEvaluator.VERSION
                    + ", which decides otherwise; docs/statistics.md says by which rules");
        }
        return new Replay(
                eventId,
                differences.isEmpty(),
                differences,
                DecisionRecordJson.write(decision.evaluation()),
                DecisionRecordJson.write(now));
    }

    private static List<String> differences(Evaluation then, Evaluation now, int version) {
        List<String> differences = new ArrayList<>();
        if (then.verdict() != now.verdict()) {
            differences.add("verdict: recorded " + then.verdict().wireName() + ", recomputed "
                    + now.verdict().wireName());
        }
        if (then.results().size() != now.results().size()) {
            differences.add("guardrails: recorded " + then.results().size() + ", recomputed "
                    + now.results().size());
            return differences;
        }
        // other statistics give other figures, and may need more or fewer samples to pass, but must breach the same
        // guardrails and come to the same verdict; the wording of reasons is never compared
        boolean sameStatistics = version == GuardrailEvaluator.VERSION;
        IntStream.range(0, now.results().size())
                .forEach(i -> compare(then.results().get(i), now.results().get(i), sameStatistics, differences));
        return differences;
    }

    private static void compare(
            GuardrailResult then, GuardrailResult now, boolean figuresToo, List<String> differences) {
        String measure = now.guardrail().metric().wireName();
        compare(measure + ".guardrail", then.guardrail(), now.guardrail(), differences);
        if (figuresToo || breached(then) || breached(now)) {
            compare(measure + ".state", then.state().wireName(), now.state().wireName(), differences);
        }
        if (figuresToo) {
            compare(measure + ".samples", then.samples(), now.samples(), differences);
            compareFigures(measure + ".estimate", then.estimate(), now.estimate(), differences);
            compareFigures(measure + ".lower", then.lower(), now.lower(), differences);
            compareFigures(measure + ".upper", then.upper(), now.upper(), differences);
            compareFigures(measure + ".log_e", then.logE(), now.logE(), differences);
        }
    }

    private static boolean breached(GuardrailResult result) {
        return result.state() == GuardrailState.BREACHED;
    }

    private static void compare(String what, Object then, Object now, List<String> differences) {
        if (!then.equals(now)) {
            differences.add(what + ": recorded " + then + ", recomputed " + now);
        }
    }

    private static void compareFigures(
            String what, @Nullable Double then, @Nullable Double now, List<String> differences) {
        if (!close(then, now)) {
            differences.add(what + ": recorded " + then + ", recomputed " + now);
        }
    }

    private static boolean close(@Nullable Double then, @Nullable Double now) {
        if (then == null || now == null) {
            return Objects.equals(then, now);
        }
        return then.equals(now) || Math.abs(then - now) <= TOLERANCE * Math.max(1, Math.abs(now));
    }
}
