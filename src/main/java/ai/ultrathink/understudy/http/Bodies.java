package ai.ultrathink.understudy.http;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import org.jspecify.annotations.Nullable;

/** Bodies of requests. An empty one is null, and so is the JSON {@code null}. */
final class Bodies {

    private Bodies() {}

    /** @throws InvalidValueException when there is none */
    static <T> T present(@Nullable T body) {
        if (body == null) {
            throw new InvalidValueException("body", null, "a JSON object");
        }
        return body;
    }
}
