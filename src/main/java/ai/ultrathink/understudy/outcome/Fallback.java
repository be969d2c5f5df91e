package ai.ultrathink.understudy.outcome;

import java.util.Locale;

/** Why control answered a request that was assigned to treatment. */
public enum Fallback {
    TREATMENT_ERROR,
    TREATMENT_TIMEOUT,
    TREATMENT_REJECTED,
    GUARD_OPEN,
    TEST_DISABLED,
    /** The replica was cut off from the database: no fault of the treatment's. */
    FENCED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in the database and in metric labels. */
    public String wireName() {
        return wireName;
    }

    /** The name in an answer. Callers were promised five reasons; to them a fence is a guard that is open. */
    public String toldAs() {
        return this == FENCED ? GUARD_OPEN.wireName : wireName;
    }

    /** The reason that a treatment's failure gives. */
    public static Fallback of(Outcome.Failure failure) {
        return switch (failure) {
            case Outcome.TimedOut timedOut -> TREATMENT_TIMEOUT;
            case Outcome.Rejected rejected -> TREATMENT_REJECTED;
            case Outcome.Failed failed -> TREATMENT_ERROR;
            case Outcome.Invalid invalid -> TREATMENT_ERROR;
        };
    }
}
