package ai.ultrathink.understudy.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes model folders whose networks are given as TorchScript, for tests of what no sound network does. A network takes {@code x},
 * four features a row unless more are asked for, and has one tensor, {@code CONSTANTS.c0}, [1, 3], of zeros.
 */
public final class ScriptedModel {

    /** The body of a network that is as it should be. */
    public static final String SOUND = "return torch.softmax(torch.add(torch.slice(x, 1, 0, 3), CONSTANTS.c0), 1)";

    private ScriptedModel() {}

    /**
     * Writes a folder; its card accepts any answer.
     *
     * @param lines the body of forward
     */
    public static void write(Path folder, String... lines) throws IOException {
        write(folder, 4, lines);
    }

    /** As above, with another number of features, at least 3. */
    public static void write(Path folder, int inputSize, String... lines) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.pt"), archive("cpu", lines));
        Files.writeString(folder.resolve("model.json"), """
                {"version": "1", "input_size": %d, "actions": ["HOLD", "BUY", "SELL"], "output": "probabilities",
                 "golden": {"input": [0.5, -1.0, 0.25%s], "output": [0.3, 0.3, 0.4], "tolerance": 1}}
                """.formatted(inputSize, ", 2.0".repeat(inputSize - 3)));
    }

    /** As above, a network that takes so many features and answers with a probability for each of these actions. */
    public static void write(Path folder, String version, int inputSize, List<String> actions, String... lines)
            throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.pt"), archive("cpu", lines));
        Files.writeString(folder.resolve("model.json"), """
                {"version": "%s", "input_size": %d, "actions": ["%s"], "output": "probabilities",
                 "golden": {"input": %s, "output": %s, "tolerance": 1}}
                """.formatted(
                        version,
                        inputSize,
                        String.join("\", \"", actions),
                        Collections.nCopies(inputSize, 0.5),
                        Collections.nCopies(actions.size(), 0.5)));
    }

    /**
     * The bytes of model.pt.
     *
     * @param device where the tensor was when it was saved, such as {@code cuda:0}
     */
    public static byte[] archive(String device, String... lines) throws IOException {
        return archiveOf("Tensor", device, lines);
    }

    /**
     * As above, with an answer of another type.
     *
     * @param returns the type, such as {@code Tuple[Tensor, Tensor]}
     */
    public static byte[] archiveOf(String returns, String device, String... lines) throws IOException {
        String code = "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
                + "  def forward(self: __torch__.M,\n    x: Tensor) -> " + returns + ":\n    "
                + String.join("\n    ", lines) + "\n";
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("data.pkl", latin("\u0080\u0002c__torch__\nM\nq\u0000)\u0081}(ubq\u0001."));
        files.put("code/__torch__.py", latin(code));
        files.put("constants/0", new byte[3 * Float.BYTES]);
        files.put("constants.pkl", constants(device));
        files.put("version", latin("3\n"));
        files.put("byteorder", latin("little"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                store(zip, "m/" + file.getKey(), file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** A tuple of one tensor, pickled. */
    private static byte[] constants(String device) {
        return latin("\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\nFloatStorage\n"
                + text("0") + text(device) + "K\u0003tQK\u0000(K\u0001K\u0003t(K\u0003K\u0001t\u0089"
                + "ccollections\nOrderedDict\n)RtR\u0085.");
    }

    private static String text(String text) {
        byte[] length = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(text.length())
                .array();
        return "X" + new String(length, StandardCharsets.ISO_8859_1) + text;
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** libtorch reads tensors where they lie, so nothing is compressed. */
    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
