package ai.ultrathink.understudy.http.request;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import org.jspecify.annotations.Nullable;

/** Bodies of requests. An empty one is null, and so is the JSON {@code null}. */
public final class RequestBodies {

    private RequestBodies() {}

    /**
     * A body that a call cannot do without.
     *
     * @throws InvalidValueException when there is none
     */
    public static <T> T present(@Nullable T body) {
        if (body == null) {
            throw new InvalidValueException("body", null, "a JSON object");
        }
        return body;
    }
}
