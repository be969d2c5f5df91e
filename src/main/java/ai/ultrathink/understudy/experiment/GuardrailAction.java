package ai.ultrathink.understudy.experiment;

import java.util.Arrays;
import java.util.Locale;

/** What the service does automatically when a guardrail is breached. */
public enum GuardrailAction {
    /** Reports the breach, in metrics, report and verdict. */
    ALERT,
    /** Disables the experiment: control answers everything. */
    ROLL_BACK;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON: {@code alert} or {@code roll_back}. */
    public String wireName() {
        return wireName;
    }

    /** The default of a mode: a split rolls back; a shadow affects no caller and continues to collect data. */
    public static GuardrailAction usual(Mode mode) {
        return mode == Mode.SHADOW ? ALERT : ROLL_BACK;
    }

    /**
     * The action with this name.
     *
     * @throws InvalidValueException if there is none
     */
    public static GuardrailAction of(String field, String wireName) {
        return Arrays.stream(values())
                .filter(action -> action.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException(field, wireName, "alert or roll_back"));
    }
}
