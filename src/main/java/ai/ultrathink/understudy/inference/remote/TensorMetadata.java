package ai.ultrathink.understudy.inference.remote;

import java.util.List;

/**
 * A tensor that a model takes or answers with.
 *
 * @param datatype as the protocol has it, such as {@code FP32}
 * @param shape with the batch; -1 for a dimension of any size
 */
public record TensorMetadata(String name, String datatype, List<Long> shape) {

    public TensorMetadata {
        shape = List.copyOf(shape);
    }

    /** For readers, such as {@code x FP32 [-1, 43]}. */
    public String describe() {
        return ServerText.shown(name) + " " + ServerText.shown(datatype) + " " + ServerText.shown(shape.toString());
    }
}
