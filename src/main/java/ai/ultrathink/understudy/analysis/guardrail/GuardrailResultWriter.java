package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import org.jspecify.annotations.Nullable;

/** Writes down what a check found. */
public final class GuardrailResultWriter {

    private GuardrailResultWriter() {}

    static GuardrailResult of(CheckedGuardrail checked) {
        GuardrailCheck check = checked.check();
        boolean seen = !Double.isNaN(check.estimate());
        Interval left = check.interval();
        return new GuardrailResult(
                check.parameters().guardrail(),
                checked.state(),
                check.parameters().required(),
                check.parameters().alpha(),
                check.samples(),
                seen ? (Double) check.estimate() : null,
                seen ? finite(left.low()) : null,
                seen ? finite(left.high()) : null,
                seen ? log(check.evidence()) : null,
                reason(checked));
    }

    /** An end that is not infinite. */
    public static @Nullable Double finite(double end) {
        return Double.isFinite(end) ? (Double) end : null;
    }

    /** JSON has no infinity: what cannot happen under the hypothesis gets the largest number there is. */
    public static @Nullable Double log(@Nullable EValue evidence) {
        return evidence == null ? null : (Double) Math.clamp(evidence.log(), -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    /** In words, with the figures that decided. */
    static String reason(CheckedGuardrail checked) {
        GuardrailCheck check = checked.check();
        Guardrail guardrail = check.parameters().guardrail();
        String name = MetricFormat.name(guardrail.metric());
        if (check instanceof InvalidEvidence) {
            return "%s is undecided: %s".formatted(name, check.remark());
        }
        if (check.samples() == 0) {
            return "%s is undecided: no %s yet%s".formatted(name, check.counted(), check.wanted());
        }
        if (check.tooFew()) {
            return "%s is undecided: there are %s %s, %s are needed"
                    .formatted(
                            name,
                            MetricFormat.count(check.samples()),
                            check.counted(),
                            MetricFormat.count(guardrail.minimumSamples()));
        }
        if (Double.isNaN(check.estimate())) {
            return "%s is undecided: nothing to compare with yet".formatted(name);
        }
        return "%s %s; %s".formatted(name, seen(check), outcome(checked));
    }

    private static String seen(GuardrailCheck check) {
        Guardrail guardrail = check.parameters().guardrail();
        String remark = check.remark();
        return "%s in %s %s%s, limit %s"
                .formatted(
                        MetricFormat.value(guardrail.metric(), check.estimate()),
                        MetricFormat.count(check.samples()),
                        check.counted(),
                        remark.isEmpty() ? "" : " (" + remark + ")",
                        MetricFormat.limit(guardrail.metric(), guardrail.limit()));
    }

    private static String outcome(CheckedGuardrail checked) {
        return switch (checked.state()) {
            case PASSED -> "passed: " + range(checked.check());
            case BREACHED -> "breached: " + breach(checked.check());
            case UNDECIDED -> "undecided: " + range(checked.check());
        };
    }

    private static String breach(GuardrailCheck check) {
        EValue evidence = check.evidence();
        return evidence == null
                ? range(check)
                : "evidence of %s, where %s would do"
                        .formatted(
                                MetricFormat.odds(evidence.log()),
                                MetricFormat.odds(-Math.log(check.parameters().alpha())));
    }

    private static String range(GuardrailCheck check) {
        Interval left = check.interval();
        return "the data leave %s to %s".formatted(end(check, left.low()), end(check, left.high()));
    }

    private static String end(GuardrailCheck check, double end) {
        return Double.isInfinite(end)
                ? "anything"
                : MetricFormat.value(check.parameters().guardrail().metric(), end);
    }
}
