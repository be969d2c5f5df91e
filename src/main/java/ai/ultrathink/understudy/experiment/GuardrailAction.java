package ai.ultrathink.understudy.experiment;

import java.util.Arrays;
import java.util.Locale;

/** What the service does by itself when a guardrail is breached. */
public enum GuardrailAction {
    /** Says so, in metrics, report and verdict. */
    ALERT,
    /** Disables the test: control answers everything. */
    ROLL_BACK;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON: {@code alert} or {@code roll_back}. */
    public String wireName() {
        return wireName;
    }

    /** What a test does where its guardrails do not say: a split rolls back; a shadow harms nobody and goes on collecting. */
    public static GuardrailAction usual(Mode mode) {
        return mode == Mode.SHADOW ? ALERT : ROLL_BACK;
    }

    /**
     * The remedy of a name.
     *
     * @throws InvalidValueException when there is none
     */
    public static GuardrailAction of(String field, String wireName) {
        return Arrays.stream(values())
                .filter(remedy -> remedy.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException(field, wireName, "alert or roll_back"));
    }
}
