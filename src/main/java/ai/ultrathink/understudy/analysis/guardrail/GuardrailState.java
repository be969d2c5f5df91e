package ai.ultrathink.understudy.analysis.guardrail;

import java.util.Locale;

/** Decision about one guardrail. Too little data, and figures that are not numbers, always leave it undecided. */
public enum GuardrailState {
    /** The evidence shows that the limit is kept. */
    PASSED,
    /** The evidence shows that the limit is crossed. */
    BREACHED,
    /** Neither. */
    UNDECIDED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in metric labels. */
    public String wireName() {
        return wireName;
    }
}
