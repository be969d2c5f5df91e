package ai.ultrathink.understudy.http.inference;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for inference, whichever way it came.
 *
 * @param id null if the caller gave none
 * @param outputs those that are asked for; all if empty
 */
record InferRequest(
        @Nullable String id, Parameters parameters, List<InputTensor> inputs, List<RequestedOutput> outputs) {

    InferRequest {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * An output that is asked for.
     *
     * @param binary whether as bytes after the JSON; null if the output does not say so
     */
    record RequestedOutput(String name, @Nullable Boolean binary) {}
}
