package ai.ultrathink.understudy.analysis;

import java.util.List;
import java.util.function.Predicate;

/** From five checks to one verdict. */
final class Ruling {

    private Ruling() {}

    /**
     * A breach first, whether or not a promotion asks for that guardrail; then what is still missing; then whether all that a
     * promotion asks for is shown.
     */
    static Verdict verdict(List<Checked> checks) {
        if (checks.stream().anyMatch(Checked::breached)) {
            return Verdict.ROLL_BACK;
        }
        if (checks.stream().anyMatch(Checked::lacking)) {
            return Verdict.INSUFFICIENT_DATA;
        }
        return checks.stream().noneMatch(Checked::open) ? Verdict.PROMOTE : Verdict.KEEP_RUNNING;
    }

    /** Of the checks that decided the verdict. */
    static List<String> reasons(List<Checked> checks) {
        Predicate<Checked> deciding = switch (verdict(checks)) {
            case ROLL_BACK -> Checked::breached;
            case INSUFFICIENT_DATA -> Checked::lacking;
            case KEEP_RUNNING -> Checked::open;
            case PROMOTE -> Checked::required;
        };
        return checks.stream().filter(deciding).map(Findings::reason).toList();
    }
}
