package ai.ultrathink.understudy.analysis.guardrail;

import java.util.List;
import java.util.function.Predicate;

/** Derives the verdict from the checks. */
final class VerdictRule {

    private VerdictRule() {}

    /**
     * A breach decides first, whether or not a promotion requires that guardrail; then missing data; then whether
     * everything that a promotion requires is shown. A breach of the callers' making is in the way of a promotion, and
     * no more.
     */
    static Verdict verdict(List<CheckedGuardrail> checks) {
        if (checks.stream().anyMatch(VerdictRule::rollsBack)) {
            return Verdict.ROLL_BACK;
        }
        if (checks.stream().anyMatch(CheckedGuardrail::lacking)) {
            return Verdict.INSUFFICIENT_DATA;
        }
        return checks.stream().noneMatch(CheckedGuardrail::open) ? Verdict.PROMOTE : Verdict.KEEP_RUNNING;
    }

    private static boolean rollsBack(CheckedGuardrail checked) {
        return checked.breached() && !checked.callersDoing();
    }

    /** Reasons of the checks that decided the verdict. */
    static List<String> reasons(List<CheckedGuardrail> checks) {
        Predicate<CheckedGuardrail> deciding = switch (verdict(checks)) {
            case ROLL_BACK -> VerdictRule::rollsBack;
            case INSUFFICIENT_DATA -> CheckedGuardrail::lacking;
            case KEEP_RUNNING -> CheckedGuardrail::open;
            case PROMOTE -> CheckedGuardrail::required;
        };
        return checks.stream()
                .filter(deciding)
                .map(GuardrailResultWriter::reason)
                .toList();
    }
}
