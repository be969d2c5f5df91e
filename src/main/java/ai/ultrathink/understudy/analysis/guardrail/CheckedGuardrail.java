package ai.ultrathink.understudy.analysis.guardrail;

/**
 * A check and its state, which is computed once.
 *
 * @param check a guardrail compared with the evidence
 * @param state the decision
 */
record CheckedGuardrail(GuardrailCheck check, GuardrailState state) {

    static CheckedGuardrail of(GuardrailCheck check) {
        return new CheckedGuardrail(check, state(check));
    }

    private static GuardrailState state(GuardrailCheck check) {
        if (check.tooFew() || Double.isNaN(check.estimate())) {
            return GuardrailState.UNDECIDED;
        }
        if (check.crossed()) {
            return GuardrailState.BREACHED;
        }
        return check.kept() ? GuardrailState.PASSED : GuardrailState.UNDECIDED;
    }

    boolean required() {
        return check.parameters().required();
    }

    boolean breached() {
        return state == GuardrailState.BREACHED;
    }

    /** Whether a promotion waits for samples of this guardrail. */
    boolean lacking() {
        return required() && check.tooFew();
    }

    /** Whether a promotion waits for this guardrail to be decided. */
    boolean open() {
        return required() && state != GuardrailState.PASSED;
    }
}
