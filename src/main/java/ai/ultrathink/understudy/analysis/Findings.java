package ai.ultrathink.understudy.analysis;

import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import org.jspecify.annotations.Nullable;

/** Writes down what a check found. */
final class Findings {

    private Findings() {}

    static Finding of(Checked checked) {
        Check check = checked.check();
        boolean seen = !Double.isNaN(check.estimate());
        Interval left = check.interval();
        return new Finding(
                check.terms().guardrail(),
                checked.state(),
                check.terms().required(),
                check.terms().alpha(),
                check.samples(),
                seen ? (Double) check.estimate() : null,
                seen ? finite(left.low()) : null,
                seen ? finite(left.high()) : null,
                seen ? log(check.evidence()) : null,
                reason(checked));
    }

    /** An end that is not infinite. */
    static @Nullable Double finite(double end) {
        return Double.isFinite(end) ? (Double) end : null;
    }

    /** JSON has no infinity: what cannot happen under the hypothesis gets the largest number there is. */
    static @Nullable Double log(@Nullable EValue evidence) {
        return evidence == null ? null : (Double) Math.clamp(evidence.log(), -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    /** In words, with the figures that decided. */
    static String reason(Checked checked) {
        Check check = checked.check();
        Guardrail guardrail = check.terms().guardrail();
        String name = Words.name(guardrail.measure());
        if (check instanceof UnsoundCheck) {
            return "%s is undecided: %s".formatted(name, check.remark());
        }
        if (check.samples() == 0) {
            return "%s is undecided: no %s yet%s".formatted(name, check.counted(), check.wanted());
        }
        if (check.tooFew()) {
            return "%s is undecided: there are %s %s, %s are needed"
                    .formatted(
                            name,
                            Words.count(check.samples()),
                            check.counted(),
                            Words.count(guardrail.minimumSamples()));
        }
        if (Double.isNaN(check.estimate())) {
            return "%s is undecided: nothing to compare with yet".formatted(name);
        }
        return "%s %s; %s".formatted(name, seen(check), outcome(checked));
    }

    private static String seen(Check check) {
        Guardrail guardrail = check.terms().guardrail();
        String remark = check.remark();
        return "%s in %s %s%s, limit %s"
                .formatted(
                        Words.value(guardrail.measure(), check.estimate()),
                        Words.count(check.samples()),
                        check.counted(),
                        remark.isEmpty() ? "" : " (" + remark + ")",
                        Words.limit(guardrail.measure(), guardrail.limit()));
    }

    private static String outcome(Checked checked) {
        return switch (checked.state()) {
            case PASSED -> "passed: " + range(checked.check());
            case BREACHED -> "breached: " + breach(checked.check());
            case UNDECIDED -> "undecided: " + range(checked.check());
        };
    }

    private static String breach(Check check) {
        EValue evidence = check.evidence();
        return evidence == null
                ? range(check)
                : "evidence of %s, where %s would do"
                        .formatted(
                                Words.odds(evidence.log()),
                                Words.odds(-Math.log(check.terms().alpha())));
    }

    private static String range(Check check) {
        Interval left = check.interval();
        return "the data leave %s to %s".formatted(end(check, left.low()), end(check, left.high()));
    }

    private static String end(Check check, double end) {
        return Double.isInfinite(end)
                ? "anything"
                : Words.value(check.terms().guardrail().measure(), end);
    }
}
