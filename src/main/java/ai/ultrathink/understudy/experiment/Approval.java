package ai.ultrathink.understudy.experiment;

import java.util.Arrays;
import java.util.Locale;

/** Who approves the next step of a ramp. */
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
     * The approval with this name.
     *
     * @throws InvalidValueException if there is none
     */
    public static Approval of(String wireName) {
        return Arrays.stream(values())
                .filter(approval -> approval.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException("ramp.approval", wireName, "auto or approve"));
    }
}
