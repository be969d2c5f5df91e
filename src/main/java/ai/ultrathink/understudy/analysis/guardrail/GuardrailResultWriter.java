package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.experiment.Guardrail;
import ai.ultrathink.understudy.stats.EValue;
import ai.ultrathink.understudy.stats.Interval;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns a check into its result, with a reason in words. */
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
                check.minimum(),
                check.minimumToPass(),
                seen ? (Double) check.estimate() : null,
                seen ? finite(left.low()) : null,
                seen ? finite(left.high()) : null,
                seen ? log(check.evidence()) : null,
                reason(checked),
                checked.callersDoing());
    }

    /** The end of an interval, or null where it is infinite. */
    public static @Nullable Double finite(double end) {
        return Double.isFinite(end) ? (Double) end : null;
    }

    /**
     * The logarithm of an e-value. JSON has no infinity, so an event that the hypothesis rules out gets the largest
     * number.
     */
    public static @Nullable Double log(@Nullable EValue evidence) {
        return evidence == null ? null : (Double) Math.clamp(evidence.log(), -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    /** The result in words, with the figures that decided it. */
    static String reason(CheckedGuardrail checked) {
        GuardrailCheck check = checked.check();
        Guardrail guardrail = check.parameters().guardrail();
        String name = MetricFormat.name(guardrail.metric());
        if (checked.breached() && !checked.crossed()) {
            return "%s %s; %s"
                    .formatted(
                            name, Double.isNaN(check.estimate()) ? "has no data now" : seen(check), earlier(checked));
        }
        if (check instanceof InvalidEvidence) {
            return "%s is undecided: %s".formatted(name, check.remark());
        }
        if (check.samples() == 0) {
            return "%s is undecided: no %s yet%s".formatted(name, check.counted(), check.wanted());
        }
        if (check.tooFew() && check.samples() < check.minimum() && !checked.breached()) {
            return "%s is undecided: not enough data: %s of %s %s"
                    .formatted(
                            name,
                            MetricFormat.count(check.samples()),
                            MetricFormat.count(check.minimum()),
                            check.counted());
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

    /** A breach that an earlier evaluation saw. */
    private static String earlier(CheckedGuardrail checked) {
        KeptEvidence kept = Objects.requireNonNull(checked.kept());
        return "breached since %s: evidence ratio reached %s (threshold %s). It counts until a person clears it, with POST"
                        .formatted(
                                kept.breachedAt(),
                                MetricFormat.ratio(kept.logE()),
                                MetricFormat.ratio(
                                        -Math.log(checked.check().parameters().alpha())))
                + " …/guardrails/" + kept.metric().wireName() + "/clear";
    }

    private static String breach(GuardrailCheck check) {
        EValue evidence = check.evidence();
        return evidence == null
                ? range(check)
                : "evidence ratio %s (threshold %s)"
                        .formatted(
                                MetricFormat.ratio(evidence.log()),
                                MetricFormat.ratio(-Math.log(check.parameters().alpha())));
    }

    private static String range(GuardrailCheck check) {
        return MetricFormat.interval(
                check.parameters().guardrail().metric(), check.parameters().alpha(), check.interval());
    }
}
