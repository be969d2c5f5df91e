package ai.ultrathink.understudy.experiment;

import java.util.Arrays;
import java.util.Locale;

/** What a promotion asks of the earnings that realised outcomes show. */
public enum OutcomePromotion {
    /** Nothing. */
    IGNORE,
    /** That treatment is shown to be above the limit. */
    NOT_WORSE,
    /** That treatment is shown to earn more than control. */
    BETTER;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON, such as {@code not_worse}. */
    public String wireName() {
        return wireName;
    }

    /**
     * The value with this name.
     *
     * @throws InvalidValueException if there is none
     */
    public static OutcomePromotion of(String wireName) {
        return Arrays.stream(values())
                .filter(value -> value.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidValueException("outcome.promote", wireName, "ignore, not_worse or better"));
    }
}
