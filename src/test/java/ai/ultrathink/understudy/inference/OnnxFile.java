package ai.ultrathink.understudy.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Writes ONNX files by hand: the fields of its protobuf messages, of which a network needs few. */
final class OnnxFile {

    static final int FLOAT = 1;
    static final int INT64 = 7;
    static final int DOUBLE = 11;

    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

    /** A graph that is built up. */
    OnnxFile() {
        text(graph, 2, "graph");
    }

    /** A shipped network: the same constants and the same steps. */
    static byte[] of(Path torchScript) throws IOException {
        OnnxFile file = new OnnxFile();
        try (ZipFile zip = new ZipFile(torchScript.toFile())) {
            int[][] shapes = {{1, 43}, {1, 43}, {256, 43}, {256}, {256, 256}, {256}, {128, 256}, {128}, {3, 128}, {3}};
            for (int i = 0; i < shapes.length; i++) {
                ZipEntry entry = zip.getEntry("model/constants/" + i);
                file.constant("c" + i, shapes[i], zip.getInputStream(entry).readAllBytes());
            }
        }
        file.constant("low", new int[0], floats(-5)).constant("high", new int[0], floats(5));
        file.node("Sub", "centred", "x", "c0").node("Div", "scaled", "centred", "c1");
        file.node("Clip", "h0", "scaled", "low", "high");
        for (int layer = 1; layer <= 4; layer++) {
            file.gemm("z" + layer, "h" + (layer - 1), "c" + 2 * layer, "c" + (2 * layer + 1));
            if (layer < 4) {
                file.node("Relu", "h" + layer, "z" + layer);
            }
        }
        return file.node("Softmax", "probabilities", "z4")
                .input("x", FLOAT, 0, 43)
                .output("probabilities", FLOAT, 0, 3)
                .bytes();
    }

    OnnxFile constant(String name, int[] shape, byte[] values) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        for (int axis : shape) {
            number(tensor, 1, axis);
        }
        number(tensor, 2, FLOAT);
        text(tensor, 8, name);
        message(tensor, 9, values);
        message(graph, 5, tensor.toByteArray());
        return this;
    }

    /** Weights that lie in another file. */
    OnnxFile elsewhere(String name, String location) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        text(entry, 1, "location");
        text(entry, 2, location);
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, 1);
        number(tensor, 2, FLOAT);
        text(tensor, 8, name);
        message(tensor, 13, entry.toByteArray());
        number(tensor, 14, 1);
        message(graph, 5, tensor.toByteArray());
        return this;
    }

    OnnxFile node(String operator, String output, String... inputs) {
        message(graph, 1, operation(operator, output, inputs).toByteArray());
        return this;
    }

    /** As a layer of PyTorch: the weights are turned. */
    private void gemm(String output, String... inputs) {
        ByteArrayOutputStream node = operation("Gemm", output, inputs);
        message(node, 5, whole("transB", 1));
        message(graph, 1, node.toByteArray());
    }

    /** A node with one attribute, a list of whole numbers or a whole number. */
    OnnxFile node(String operator, String output, String attribute, long value, String... inputs) {
        ByteArrayOutputStream node = operation(operator, output, inputs);
        message(node, 5, whole(attribute, value));
        message(graph, 1, node.toByteArray());
        return this;
    }

    private static ByteArrayOutputStream operation(String operator, String output, String... inputs) {
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        for (String input : inputs) {
            text(node, 1, input);
        }
        text(node, 2, output);
        text(node, 4, operator);
        return node;
    }

    private static byte[] whole(String name, long value) {
        ByteArrayOutputStream attribute = new ByteArrayOutputStream();
        text(attribute, 1, name);
        number(attribute, 3, value);
        number(attribute, 20, 2);
        return attribute.toByteArray();
    }

    /** @param shape 0 stands for the rows of a batch */
    OnnxFile input(String name, int type, int... shape) {
        message(graph, 11, value(name, type, shape));
        return this;
    }

    /** @param shape 0 stands for the rows of a batch */
    OnnxFile output(String name, int type, int... shape) {
        message(graph, 12, value(name, type, shape));
        return this;
    }

    private static byte[] value(String name, int type, int... shape) {
        ByteArrayOutputStream axes = new ByteArrayOutputStream();
        for (int axis : shape) {
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            if (axis == 0) {
                text(one, 2, "N");
            } else {
                number(one, 1, axis);
            }
            message(axes, 1, one.toByteArray());
        }
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, type);
        message(tensor, 2, axes.toByteArray());
        ByteArrayOutputStream typed = new ByteArrayOutputStream();
        message(typed, 1, tensor.toByteArray());
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        text(value, 1, name);
        message(value, 2, typed.toByteArray());
        return value.toByteArray();
    }

    byte[] bytes() {
        ByteArrayOutputStream operators = new ByteArrayOutputStream();
        text(operators, 1, "");
        number(operators, 2, OPSET);
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        number(model, 1, IR_VERSION);
        text(model, 2, "understudy");
        message(model, 7, graph.toByteArray());
        message(model, 8, operators.toByteArray());
        return model.toByteArray();
    }

    static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static void number(ByteArrayOutputStream to, int field, long value) {
        varint(to, (long) field << 3);
        varint(to, value);
    }

    private static void text(ByteArrayOutputStream to, int field, String value) {
        message(to, field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void message(ByteArrayOutputStream to, int field, byte[] value) {
        varint(to, ((long) field << 3) | 2);
        varint(to, value.length);
        to.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream to, long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            to.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        to.write((int) left);
    }
}
