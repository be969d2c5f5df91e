package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What has become of an approval. All but the first are final. */
public enum ApprovalState {
    PENDING,
    APPROVED,
    REJECTED,
    /** The test, its ramp, its promotion or a model has changed since it was asked for. */
    STALE,
    EXPIRED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON and in the database. */
    public String wireName() {
        return wireName;
    }

    /**
     * The state with this name.
     *
     * @throws InvalidValueException if there is none
     */
    public static ApprovalState of(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException(
                        "state",
                        wireName,
                        Arrays.stream(values()).map(ApprovalState::wireName).collect(Collectors.joining(", "))));
    }
}
