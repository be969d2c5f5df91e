package ai.ultrathink.understudy.inference.onnx;

import java.nio.FloatBuffer;

/** The scores of a pass: a copy, which outlives the pass. */
public final class OnnxScores {

    private final long[] shape;
    private final FloatBuffer values;

    OnnxScores(long[] shape, FloatBuffer values) {
        this.shape = shape.clone();
        this.values = values;
    }

    /** The shape of the tensor. */
    public long[] shape() {
        return shape.clone();
    }

    /** Its numbers, row by row. */
    public FloatBuffer values() {
        return values;
    }
}
