package ai.ultrathink.understudy.analysis.guardrail;

import ai.ultrathink.understudy.evidence.KeptEvidence;
import ai.ultrathink.understudy.stats.EValue;
import org.jspecify.annotations.Nullable;

/**
 * A check and its state, which is computed once.
 *
 * @param check a guardrail compared with the evidence
 * @param state the decision
 * @param kept what is kept of earlier evaluations, or null
 * @param crossed whether the evidence of this moment shows the breach; otherwise an earlier evaluation did
 */
record CheckedGuardrail(
        GuardrailCheck check,
        GuardrailState state,
        @Nullable KeptEvidence kept,
        boolean crossed) {

    static CheckedGuardrail of(GuardrailCheck check, @Nullable KeptEvidence kept) {
        boolean decides = !Double.isNaN(check.estimate());
        boolean crossed =
                decides && (!check.tooFew() || check.breachedEarly()) && check.crossed() && uncleared(check, kept);
        return new CheckedGuardrail(check, state(check, decides, crossed, kept), kept, crossed);
    }

    private static GuardrailState state(
            GuardrailCheck check, boolean decides, boolean crossed, @Nullable KeptEvidence kept) {
        if (crossed || (kept != null && kept.breached())) {
            return GuardrailState.BREACHED;
        }
        return decides && !check.tooFew() && check.kept() ? GuardrailState.PASSED : GuardrailState.UNDECIDED;
    }

    /** Whether the evidence since a person cleared a breach is enough for another one. */
    private static boolean uncleared(GuardrailCheck check, @Nullable KeptEvidence kept) {
        if (kept == null || kept.clearedLogE() <= 0) {
            return true;
        }
        EValue evidence = check.evidence();
        return evidence == null
                || new EValue(evidence.log() - kept.clearedLogE())
                        .rejects(check.parameters().alpha());
    }

    boolean required() {
        return check.parameters().required();
    }

    boolean breached() {
        return state == GuardrailState.BREACHED;
    }

    /** Whether the breach is of the callers' making, so that nothing is rolled back. */
    boolean callersDoing() {
        return breached() && (crossed ? check.callersDoing() : kept != null && kept.callersDoing());
    }

    /** Whether a promotion waits for samples of this guardrail. */
    boolean lacking() {
        return required() && check.tooFew();
    }

    /** Whether a promotion waits for this guardrail to be decided, or for a person to clear its breach. */
    boolean open() {
        return (required() || breached()) && state != GuardrailState.PASSED;
    }
}
