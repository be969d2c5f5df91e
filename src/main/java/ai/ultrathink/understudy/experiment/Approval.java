package ai.ultrathink.understudy.experiment;

import java.util.Arrays;
import java.util.Locale;

/** Who decides that a ramp takes its next step. */
public enum Approval {
    /** The service, as soon as the evidence allows it. */
    AUTO,
    /** A person, after the evidence allows it. */
    APPROVE;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON: {@code auto} or {@code approve}. */
    public String wireName() {
        return wireName;
    }

    /**
     * The approval of a name.
     *
     * @throws InvalidValueException when there is none
     */
    public static Approval of(String wireName) {
        return Arrays.stream(values())
                .filter(approval -> approval.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException("ramp.approval", wireName, "auto or approve"));
    }
}
