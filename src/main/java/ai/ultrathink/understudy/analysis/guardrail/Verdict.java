package ai.ultrathink.understudy.analysis.guardrail;

import java.util.Locale;

/** What the evidence of a test says should be done. */
public enum Verdict {
    /** Every limit that has to be kept is shown to be kept. */
    PROMOTE,
    /** A limit is shown to be crossed. */
    ROLL_BACK,
    /** There is enough data to look at, and it does not decide yet. */
    KEEP_RUNNING,
    /** There is too little data to look at. */
    INSUFFICIENT_DATA;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in metric labels, such as {@code keep_running}. */
    public String wireName() {
        return wireName;
    }
}
