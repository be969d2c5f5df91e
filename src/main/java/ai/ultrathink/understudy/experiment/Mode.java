package ai.ultrathink.understudy.experiment;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How an experiment serves. */
public enum Mode {
    /** One model runs: the treatment for its fraction of the units, control for the others. */
    TRAFFIC_SPLIT,
    /** Both models run; only control's answer is used. */
    SHADOW,
    /** The experiment is kept, and control answers all requests. */
    DISABLED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database, such as {@code traffic_split}. */
    public String wireName() {
        return wireName;
    }

    /**
     * The mode with this name.
     *
     * @throws InvalidValueException if no mode has that name
     */
    public static Mode of(String wireName) {
        return Arrays.stream(values())
                .filter(mode -> mode.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException(
                        "mode",
                        wireName,
                        "one of " + Arrays.stream(values()).map(Mode::wireName).collect(Collectors.joining(", "))));
    }
}
