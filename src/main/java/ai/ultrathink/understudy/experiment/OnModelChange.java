package ai.ultrathink.understudy.experiment;

import java.util.Arrays;
import java.util.Locale;

/** Policy when a model of a running experiment changes. Evidence starts again in each case. */
public enum OnModelChange {
    /** The experiment continues, and its ramp waits until a person resumes it. */
    PAUSE,
    /** The experiment and its ramp continue. */
    CONTINUE,
    /** Control answers from then on. */
    ROLL_BACK;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database: {@code pause}, {@code continue} or {@code roll_back}. */
    public String wireName() {
        return wireName;
    }

    /**
     * The policy with this name.
     *
     * @throws InvalidValueException if there is none
     */
    public static OnModelChange of(String wireName) {
        return Arrays.stream(values())
                .filter(policy -> policy.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidValueException("on_model_change", wireName, "pause, continue or roll_back"));
    }
}
