package ai.ultrathink.understudy.inference.torch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Recognises by its first bytes what a file is that is not an archive of TorchScript, so that its owner learns what to do
 * about it. The file is untrusted: only its beginning is read.
 */
final class FileKind {

    private static final int BEGINNING = 512;
    private static final int TAR_AT = 257;
    private static final int LEGACY_PICKLE = 0x80;
    private static final int NEWEST_PICKLE = 5;
    private static final int SAFETENSORS_HEADER_AT = 8;
    private static final int MOST_HEADER = 100_000_000;
    private static final int NEWEST_ONNX = 32;
    private static final String EXPORT = "export the network with torch.jit.script(model.eval()).save(\"model.pt\")";

    private static final Pattern GLOBAL = Pattern.compile("c([\\w.]+)\n[\\w.]+\n");
    /** The modules that a dictionary of weights needs. */
    private static final List<String> OF_WEIGHTS = List.of(
            "collections",
            "torch",
            "torch._utils",
            "torch.storage",
            "torch._tensor",
            "torch.nn.parameter",
            "numpy",
            "multiarray",
            "builtins",
            "__builtin__",
            "_codecs");

    /** What begins how, and what to do. */
    private enum Start {
        HDF5("\u0089HDF\r\n", "an HDF5 file, such as Keras writes; export the network as ONNX, or build it in PyTorch"),
        GGUF("GGUF", "a GGUF file with weights only; " + EXPORT),
        GZIP("\u001f\u008b", "packed with gzip; unpack it"),
        POINTER(
                "version https://git-lfs.github.com/spec/",
                "a pointer of Git LFS and not the file itself; run git lfs pull where the file is copied from"),
        NUMPY("\u0093NUMPY", "an array of NumPy; " + EXPORT);

        private final String bytes;
        private final String meaning;

        Start(String bytes, String meaning) {
            this.bytes = bytes;
            this.meaning = meaning;
        }
    }

    private FileKind() {}

    /** What the file is; empty if it is a zip archive. */
    static Optional<String> other(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BEGINNING);
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.startsWith("PK\u0003\u0004")) {
            return Optional.empty();
        }
        if (bytes.length == 0) {
            return Optional.of("it is empty");
        }
        return Stream.of(Start.values())
                .filter(start -> text.startsWith(start.bytes))
                .findFirst()
                .map(start -> start.meaning)
                .or(() -> guessed(bytes, text))
                .map(meaning -> "it is " + meaning)
                .or(() -> Optional.of("it is not a zip archive"));
    }

    private static Optional<String> guessed(byte[] bytes, String text) {
        if (text.length() > TAR_AT && text.startsWith("ustar", TAR_AT)) {
            return Optional.of("a tar archive; unpack it, or " + EXPORT);
        }
        if (safetensors(bytes)) {
            return Optional.of("a safetensors file with weights only; build the network, load them, and " + EXPORT);
        }
        if (onnx(bytes)) {
            return Optional.of("an ONNX file; name it model.onnx and say \"runtime\": \"onnx\" in model.json");
        }
        if (bytes.length > 1
                && Byte.toUnsignedInt(bytes[0]) == LEGACY_PICKLE
                && bytes[1] >= 2
                && bytes[1] <= NEWEST_PICKLE) {
            return Optional.of("a Python pickle, such as torch.save wrote before version 1.6; " + EXPORT);
        }
        String start = text.strip().toLowerCase(Locale.ROOT);
        if (start.startsWith("<!doctype") || start.startsWith("<html")) {
            return Optional.of("an HTML page, as a download that failed leaves behind");
        }
        return Optional.empty();
    }

    /** The length of a header, and the header, which is JSON. */
    private static boolean safetensors(byte[] bytes) {
        if (bytes.length <= SAFETENSORS_HEADER_AT || bytes[SAFETENSORS_HEADER_AT] != '{') {
            return false;
        }
        long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return length > 1 && length < MOST_HEADER;
    }

    /** The first field of an ONNX file is its version, the next the name of its producer, or its graph. */
    private static boolean onnx(byte[] bytes) {
        List<Byte> next = List.of((byte) 0x12, (byte) 0x3a, (byte) 0x42);
        return bytes.length > 2
                && bytes[0] == 0x08
                && bytes[1] > 0
                && bytes[1] < NEWEST_ONNX
                && next.contains(bytes[2]);
    }

    /**
     * What an archive is that has no code in it.
     *
     * @param names of its files
     * @param pickle the beginning of its data.pkl, if it has one
     */
    static String withoutCode(List<String> names, byte[] pickle) {
        if (pickle.length > 0) {
            return pickled(new String(pickle, StandardCharsets.ISO_8859_1));
        }
        if (names.contains("config.json") && names.stream().anyMatch(name -> name.endsWith(".h5"))) {
            return "it is a Keras file; export the network as ONNX, or build it in PyTorch";
        }
        if (names.stream().anyMatch(name -> name.contains("exported_program") || name.endsWith("archive_format"))) {
            return "it is a program of torch.export; " + EXPORT;
        }
        if (!names.isEmpty() && names.stream().allMatch(name -> name.endsWith(".npy"))) {
            return "it holds arrays of NumPy; " + EXPORT;
        }
        return "it is a zip archive without code/; " + EXPORT;
    }

    /** A pickle names the classes that it needs. */
    private static String pickled(String pickle) {
        boolean module = GLOBAL.matcher(pickle)
                .results()
                .map(found -> found.group(1))
                .anyMatch(needed -> OF_WEIGHTS.stream().noneMatch(needed::endsWith));
        return module
                ? "it is a pickled module of torch.save(model, …), not TorchScript; " + EXPORT
                : "it is a pickled state_dict of torch.save, not TorchScript: weights without the network; build the"
                        + " network, load them, and " + EXPORT;
    }
}
