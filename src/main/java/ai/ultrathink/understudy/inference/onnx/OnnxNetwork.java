package ai.ultrathink.understudy.inference.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A network in ONNX Runtime. Forward passes may run on several threads at once. */
public final class OnnxNetwork implements AutoCloseable {

    private static final int ONE_THREAD = 1;
    private static final byte ZIP = 'P';
    /** The first entry of a tensor whose numbers lie in another file, as it is in the file. */
    private static final byte[] ELSEWHERE = "\n\blocation".getBytes(StandardCharsets.ISO_8859_1);

    private final OrtSession session;
    private final InputForm form;
    private final String input;
    private final String output;

    private OnnxNetwork(OrtSession session, InputForm form, String input, String output) {
        this.session = session;
        this.form = form;
        this.input = input;
        this.output = output;
    }

    /**
     * Loads a network. ONNX has no code: it is a graph of operators that ONNX Runtime knows.
     *
     * @throws OnnxException if the file is no such network, or does not have this input and output
     */
    public static OnnxNetwork load(Path file, InputForm form, OutputHead head) throws IOException {
        check(file);
        OrtSession session = session(file);
        try {
            return new OnnxNetwork(session, form, input(session, form), output(session, head));
        } catch (OrtException e) {
            close(session);
            throw new OnnxException("not an ONNX network", e);
        } catch (RuntimeException e) {
            close(session);
            throw e;
        }
    }

    private static OrtSession session(Path file) {
        OrtEnvironment environment = OnnxLibrary.environment();
        try (SessionOptions options = new SessionOptions()) {
            // the pool of this service is the parallelism
            options.setIntraOpNumThreads(ONE_THREAD);
            options.setInterOpNumThreads(ONE_THREAD);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            return environment.createSession(file.toString(), options);
        } catch (OrtException e) {
            throw new OnnxException("not an ONNX network", e);
        }
    }

    /** The file is mapped. A tensor in another file would be no part of the digest, and that file could be any. */
    private static void check(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() == 0) {
                throw new OnnxException("not an ONNX network: it is empty");
            }
            MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            if (bytes.get(0) == ZIP) {
                throw new OnnxException("not an ONNX network: it is a zip archive, as TorchScript is; name that"
                        + " model.pt and leave runtime out");
            }
            int found = 0;
            for (int at = 0; at < bytes.limit(); at++) {
                byte next = bytes.get(at);
                found = next == ELSEWHERE[found] ? found + 1 : next == ELSEWHERE[0] ? 1 : 0;
                if (found == ELSEWHERE.length) {
                    throw new OnnxException("some of its weights are in another file; save it as one file, with"
                            + " onnx.save(model, path, save_as_external_data=False)");
                }
            }
        }
    }

    private static String input(OrtSession session, InputForm form) throws OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        String name = form.name();
        if (name == null && inputs.size() == 1) {
            name = inputs.keySet().iterator().next();
        }
        NodeInfo input = name == null ? null : inputs.get(name);
        if (name == null || input == null || inputs.size() > 1) {
            throw new OnnxException("the network takes " + shown(inputs) + "; allowed: one input"
                    + (form.name() == null ? "" : ", and model.json names it \"" + form.name() + "\""));
        }
        String type = type(input.getInfo());
        if (!type.equals(form.type().text())) {
            throw new OnnxException("the network takes " + shown(inputs) + ", and model.json says "
                    + form.type().text() + "; say \"input\": {\"dtype\": \"" + type + "\"}");
        }
        return name;
    }

    private static String output(OrtSession session, OutputHead head) throws OrtException {
        Map<String, NodeInfo> outputs = session.getOutputInfo();
        List<String> names = List.copyOf(session.getOutputNames());
        Integer index = head.any() && names.size() == 1 ? Integer.valueOf(0) : head.index();
        String name = index == null ? head.name() : index < names.size() ? names.get(index) : null;
        NodeInfo output = name == null ? null : outputs.get(name);
        if (name == null || output == null) {
            throw new OnnxException("the network answers with " + shown(outputs) + "; say in model.json which has the"
                    + " scores, such as \"output\": {\"kind\": \"logits\", \"name\": \"" + names.getFirst() + "\"}");
        }
        if (!type(output.getInfo()).startsWith("float")) {
            throw new OnnxException("the network answers with " + shown(Map.of(name, output))
                    + "; allowed: probabilities or logits in one tensor (skl2onnx: options={\"zipmap\": False})");
        }
        return name;
    }

    private static String type(ValueInfo info) {
        if (!(info instanceof TensorInfo tensor)) {
            return "no tensor";
        }
        return switch (tensor.type) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> tensor.type.name().toLowerCase(Locale.ROOT);
        };
    }

    private static String shown(Map<String, NodeInfo> nodes) {
        return nodes.entrySet().stream()
                .map(node -> "\"" + node.getKey() + "\" " + type(node.getValue().getInfo())
                        + (node.getValue().getInfo() instanceof TensorInfo tensor
                                ? " " + Arrays.toString(tensor.getShape()).replace("-1", "N")
                                : ""))
                .collect(Collectors.joining(", "));
    }

    /**
     * One forward pass.
     *
     * @param features the rows, in memory outside the heap
     * @throws OnnxException if the network fails
     */
    public OnnxScores forward(FloatBuffer features, int rows) {
        try (OnnxTensor tensor = tensor(features, form.batch(rows));
                OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
            OnnxValue value = result.get(0);
            if (!(value instanceof OnnxTensor scores)) {
                throw new OnnxException("the network answers with no tensor but " + value.getType());
            }
            return new OnnxScores(scores.getInfo().getShape(), values(scores));
        } catch (OrtException e) {
            throw new OnnxException("forward pass failed", e);
        }
    }

    private OnnxTensor tensor(FloatBuffer features, long[] shape) throws OrtException {
        OrtEnvironment environment = OnnxLibrary.environment();
        int size = features.remaining();
        return switch (form.type()) {
            case FLOAT32 -> OnnxTensor.createTensor(environment, features, shape);
            case FLOAT64 -> {
                DoubleBuffer numbers = DoubleBuffer.allocate(size);
                for (int i = 0; i < size; i++) {
                    numbers.put(i, features.get(i));
                }
                yield OnnxTensor.createTensor(environment, numbers, shape);
            }
            case INT32 -> {
                IntBuffer numbers = IntBuffer.allocate(size);
                for (int i = 0; i < size; i++) {
                    numbers.put(i, (int) features.get(i));
                }
                yield OnnxTensor.createTensor(environment, numbers, shape);
            }
            case INT64 -> {
                LongBuffer numbers = LongBuffer.allocate(size);
                for (int i = 0; i < size; i++) {
                    numbers.put(i, (long) features.get(i));
                }
                yield OnnxTensor.createTensor(environment, numbers, shape);
            }
        };
    }

    /** A copy, because the tensor is freed. */
    private static FloatBuffer values(OnnxTensor scores) {
        if (scores.getInfo().type == OnnxJavaType.DOUBLE) {
            DoubleBuffer numbers = scores.getDoubleBuffer();
            FloatBuffer values = FloatBuffer.allocate(numbers.remaining());
            while (numbers.hasRemaining()) {
                values.put((float) numbers.get());
            }
            return values.flip();
        }
        return scores.getFloatBuffer();
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new OnnxException("the network could not be freed", e);
        }
    }

    @Override
    public void close() {
        close(session);
    }
}
