package ai.ultrathink.understudy.analysis.guardrail;

import java.util.Locale;

/** Recommendation about an experiment, from its evidence. */
public enum Verdict {
    /** The evidence shows that every required limit is kept. */
    PROMOTE,
    /** The evidence shows that a limit is crossed. */
    ROLL_BACK,
    /** There is enough data, but it does not decide yet. */
    KEEP_RUNNING,
    /** There is not enough data. */
    INSUFFICIENT_DATA;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in metric labels, such as {@code keep_running}. */
    public String wireName() {
        return wireName;
    }
}
