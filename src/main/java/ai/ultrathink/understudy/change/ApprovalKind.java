package ai.ultrathink.understudy.change;

import java.util.Arrays;
import java.util.Locale;

/** What may need a second person. */
public enum ApprovalKind {
    /** The treatment is to answer for the control model's name. */
    PROMOTE,
    /** A promotion is to be taken back. */
    REVERT_PROMOTION,
    /** A ramp that waits for it is to take its next step. */
    RAMP_STEP,
    /** A guardrail is to become looser. */
    LOOSEN_GUARDRAILS,
    /** The outcome plan is to become looser. */
    LOOSEN_OUTCOME;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wireName() {
        return wireName;
    }

    /**
     * The kind with this name.
     *
     * @throws IllegalArgumentException if this release has none
     */
    public static ApprovalKind of(String wireName) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "this release does not know how to do what was asked for: " + wireName));
    }
}
