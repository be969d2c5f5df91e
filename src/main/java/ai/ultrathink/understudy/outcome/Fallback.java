package ai.ultrathink.understudy.outcome;

import java.util.Locale;

/** Why control answered a request that was assigned to treatment. */
public enum Fallback {
    TREATMENT_ERROR,
    TREATMENT_TIMEOUT,
    TREATMENT_REJECTED,
    GUARD_OPEN,
    TEST_DISABLED,
    /** The replica's catalog lease ran out; the treatment did not fail. */
    FENCED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in the database and in metric labels. */
    public String wireName() {
        return wireName;
    }

    /**
     * The name in a response. The API promises five reasons, so an expired catalog lease is reported as an open guard.
     */
    public String toldAs() {
        return this == FENCED ? GUARD_OPEN.wireName : wireName;
    }

    /** The reason that corresponds to a failure of the treatment. */
    public static Fallback of(Outcome.Failure failure) {
        return switch (failure) {
            case Outcome.TimedOut timedOut -> TREATMENT_TIMEOUT;
            case Outcome.Queued queued -> TREATMENT_TIMEOUT;
            case Outcome.Rejected rejected -> TREATMENT_REJECTED;
            case Outcome.Failed failed -> TREATMENT_ERROR;
            case Outcome.Invalid invalid -> TREATMENT_ERROR;
        };
    }
}
