package ai.ultrathink.understudy.inference.remote;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * The answer to a pass.
 *
 * @param version the version that answered; empty if the server does not say
 * @param shape of the tensor
 * @param values its numbers, row by row
 * @param times what took how long
 */
public record InferReply(String version, List<Long> shape, FloatBuffer values, ExchangeTimes times) {

    public InferReply {
        shape = List.copyOf(shape);
    }
}
