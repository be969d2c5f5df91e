package ai.ultrathink.understudy.analysis.guardrail;

import java.util.Locale;

/** What the evidence says about one guardrail. Too little data, or figures that are no numbers, always leave it undecided. */
public enum GuardrailState {
    /** The limit is shown to be kept. */
    PASSED,
    /** The limit is shown to be crossed. */
    BREACHED,
    /** Neither. */
    UNDECIDED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in metric labels. */
    public String wireName() {
        return wireName;
    }
}
