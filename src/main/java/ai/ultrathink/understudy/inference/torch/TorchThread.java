package ai.ultrathink.understudy.inference.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.tensor.NumberType;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** State of one inference thread for forward passes: its libtorch settings and its input buffer. Not thread-safe. */
public final class TorchThread implements AutoCloseable {

    private static final int CACHE_LINE = 64;

    private final PtNDManager manager;
    private ByteBuffer input;
    private @Nullable IValue result;
    private @Nullable PtNDArray output;

    private TorchThread(PtNDManager manager) {
        this.manager = manager;
        this.input = allocate(64);
    }

    /**
     * Prepares the calling thread. libtorch keeps these three settings per thread: one thread inside an operator (the pool is
     * the parallelism), no gradients, and no profiling executor, whose first passes of each new batch size are slow.
     */
    public static TorchThread prepareCurrent() {
        PtNDManager manager = TorchScript.newManager();
        JniUtils.setNumThreads(1);
        JniUtils.setGradMode(false);
        JniUtils.setGraphExecutorOptimize(false);
        return new TorchThread(manager);
    }

    /**
     * The buffer for the input, to be filled row by row before {@link #forward}.
     *
     * @param size the number of floats
     */
    public FloatBuffer input(int size) {
        if (input.capacity() < size * Float.BYTES) {
            input = allocate(Math.max(size, input.capacity() / 2));
        }
        return input.clear().limit(size * Float.BYTES).asFloatBuffer();
    }

    /**
     * Runs a module on the input in the buffer.
     *
     * @param form how the module takes a row
     * @param head which tensor of its answer is wanted
     * @param rows rows of the input, at least 1
     * @return the output as float32, valid until this thread's next call
     * @throws TorchException if the module throws, or does not return such a tensor
     */
    public NetworkOutput forward(TorchScript module, InputForm form, OutputHead head, int rows) {
        release();
        ByteBuffer data = input.clear().limit(rows * form.size() * Float.BYTES);
        // the engine reads the buffer in place, without a copy
        try (PtNDArray array = manager.create(data, new Shape(form.batch(rows)), DataType.FLOAT32)) {
            return form.type() == NumberType.FLOAT32
                    ? forward(module, array, head)
                    : converted(module, array, form.type(), head);
        } catch (TorchException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new TorchException("forward pass failed", e);
        }
    }

    private NetworkOutput converted(TorchScript module, PtNDArray array, NumberType type, OutputHead head) {
        DataType wanted = switch (type) {
            case FLOAT32 -> DataType.FLOAT32;
            case FLOAT64 -> DataType.FLOAT64;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
        };
        try (PtNDArray converted = array.toType(wanted, true)) {
            return forward(module, converted, head);
        }
    }

    private NetworkOutput forward(TorchScript module, PtNDArray array, OutputHead head) {
        try (IValue argument = IValue.from(array)) {
            IValue answer = module.block().forward(argument);
            result = answer;
            PtNDArray tensor = head.any() && answer.isTensor()
                    ? answer.toTensor(manager)
                    : OutputPicker.pick(answer, head, manager);
            output = tensor;
            DataType type = tensor.getDataType();
            if (type != DataType.FLOAT32) {
                tensor = float32(tensor, type);
            }
            FloatBuffer values = tensor.toByteBuffer(true).asFloatBuffer();
            return new NetworkOutput(tensor.getShape().getShape(), values);
        }
    }

    private PtNDArray float32(PtNDArray tensor, DataType type) {
        if (!type.isFloating()) {
            throw new TorchException("the network answers with whole numbers, " + OutputPicker.described(tensor)
                    + ", such as the index of an action; export it so that it answers with probabilities or logits");
        }
        PtNDArray converted = tensor.toType(DataType.FLOAT32, true);
        tensor.close();
        output = converted;
        return converted;
    }

    private void release() {
        if (output != null) {
            output.close();
            output = null;
        }
        if (result != null) {
            result.close();
            result = null;
        }
    }

    @Override
    public void close() {
        release();
        manager.close();
    }

    /**
     * Allocates on cache lines, as libtorch does, because the alignment of a matrix can change how it is multiplied.
     */
    private static ByteBuffer allocate(int floats) {
        int size = Math.ceilDiv(floats * Float.BYTES, CACHE_LINE) * CACHE_LINE;
        return ByteBuffer.allocateDirect(size + CACHE_LINE)
                .alignedSlice(CACHE_LINE)
                .order(ByteOrder.nativeOrder());
    }
}
