package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are called model.pt and are something else: each is told what it is and what to do. */
@Tag("libtorch")
@SuppressWarnings("NullAway") // a null fails the test
class NotTorchScriptTest extends ModelsInFolder {

    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final String WEIGHTS =
            "\u0080\u0002ccollections\nOrderedDict\nq\u0000)Rq\u0001(X\u0001\u0000\u0000\u0000wctorch._utils\n_rebuild_tensor_v2\n"
                    + "((X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000tRu.";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|it is empty",
                "\\x89HDF\\r\\n\\x1a\\n|it is an HDF5 file, such as Keras writes",
                "\\x10\\x00\\x00\\x00\\x00\\x00\\x00\\x00{\"weight\": {}}|it is a safetensors file with weights only",
                "\\x08\\x08\\x12\\x07pytorch|it is an ONNX file; name it model.onnx and say \"runtime\": \"onnx\" in model.json",
                "version https://git-lfs.github.com/spec/v1\\noid sha256:0|it is a pointer of Git LFS and not the file itself; run git lfs pull",
                "\\x80\\x02\\x8a\\x0al\\xfc\\x9cF\\xf9 j\\xa8P\\x19.|it is a Python pickle, such as torch.save wrote before version 1.6",
                "\\x80\\x04\\x95|it is a Python pickle",
                "\\x1f\\x8b\\x08|it is packed with gzip; unpack it",
                "GGUF\\x03|it is a GGUF file",
                "\\x93NUMPY\\x01|it is an array of NumPy",
                "\\n<!DOCTYPE html><title>404</title>|it is an HTML page, as a download that failed leaves behind",
                "import torch|it is not a zip archive",
                "PK\\x03\\x04 and no more|the end of the archive is missing; the file was not copied as a whole",
            })
    void a_file_of_another_kind_is_named(String content, String why) throws IOException {
        assertRefused(bytes(content), why);
    }

    @Test
    void weights_without_a_network_are_named() throws IOException {
        assertRefused(
                zip(Map.of("archive/data.pkl", WEIGHTS, "archive/data/0", "0000", "archive/version", "3\n")),
                "it is a pickled state_dict of torch.save, not TorchScript: weights without the network; build the network,"
                        + " load them, and export the network with torch.jit.script(model.eval()).save(\"model.pt\")");
    }

    @ParameterizedTest
    @CsvSource({"__main__, Net", "torch.nn.modules.linear, Linear", "desk.models.net, Policy"})
    void a_module_that_was_pickled_whole_is_named(String module, String type) throws IOException {
        String pickle = "\u0080\u0002c" + module + "\n" + type + "\nq\u0000)\u0081q\u0001}" + WEIGHTS.substring(2);

        assertRefused(
                zip(Map.of("archive/data.pkl", pickle, "archive/version", "3\n")),
                "it is a pickled module of torch.save(model, …), not TorchScript; export the network with");
    }

    @Test
    void archives_of_others_are_named() throws IOException {
        assertRefused(
                zip(Map.of("config.json", "{}", "model.weights.h5", "", "metadata.json", "{}")), "it is a Keras file");
        assertRefused(zip(Map.of("arr_0.npy", "")), "it holds arrays of NumPy");
        assertRefused(
                zip(Map.of("m/archive_format", "pt2", "m/models/model.json", "{}")), "it is a program of torch.export");
        assertRefused(zip(Map.of("readme.txt", "hello")), "it is a zip archive without code/");
    }

    /** 100 MB of zeros in 100 KB. libtorch would unpack them. */
    @Test
    void an_archive_that_unpacks_to_far_more_is_not_unpacked() throws IOException {
        byte[] bomb = zip(Map.of("m/code/__torch__.py", "", "m/data/0", "\u0000".repeat(100 << 20)));
        assertTrue(bomb.length < 1 << 20, "it is no bomb");

        assertRefused(bomb, "it unpacks to more than " + (2L * bomb.length + (64 << 20)) + " bytes");
    }

    /** libtorch's parser calls itself for each bracket and each block until its stack is used up, which ends the process. */
    @Test
    void code_that_is_nested_too_deep_is_not_parsed() throws IOException {
        write("odd", ScriptedModel.archive("cpu", "return " + "torch.neg(".repeat(60_000) + "x" + ")".repeat(60_000)));
        assertEquals("not a TorchScript module: its code is nested more than 500 levels deep", reason());

        StringBuilder blocks = new StringBuilder();
        for (int level = 0; level < 600; level++) {
            blocks.append("if True:\n").append("  ".repeat(level + 3));
        }
        write("odd", ScriptedModel.archive("cpu", blocks + "pass", "return x"));
        assertEquals("not a TorchScript module: its code is nested more than 500 levels deep", reason());
    }

    /** Such code ended the process: the stack of a thread was used up by two to seven thousand statements. */
    @Test
    void code_of_many_statements_loads_and_an_endless_expression_does_not() throws IOException {
        String[] lines = new String[20_001];
        Arrays.fill(lines, "x = torch.neg(x)");
        lines[20_000] = "return torch.softmax(torch.slice(x, 1, 0, 3), 1)";
        write("odd", ScriptedModel.archive("cpu", lines));
        assertEquals("null", reason());

        write("odd", ScriptedModel.archive("cpu", "return x" + " + x".repeat(60_000)));
        assertEquals("not a TorchScript module: its code has an expression of more than 2000 operators", reason());

        lines = new String[50_001];
        Arrays.fill(lines, "pass");
        write("odd", ScriptedModel.archive("cpu", lines));
        assertEquals("not a TorchScript module: its code has more than 50000 lines", reason());
    }

    @Test
    void code_that_is_nested_as_deep_as_people_write_it_is_parsed() throws IOException {
        write(
                "odd",
                ScriptedModel.archive(
                        "cpu", "return " + "torch.neg(".repeat(200) + "torch.slice(x, 1, 0, 3)" + ")".repeat(200)));

        assertTrue(reason().startsWith("output is not a probability") || reason().startsWith("golden"), reason());
    }

    private void assertRefused(byte[] network, String why) throws IOException {
        write("odd", network);
        assertTrue(reason().startsWith("not a TorchScript module: " + why), reason());
        assertEquals(1, reason().lines().count());
    }

    private void write(String name, byte[] network) throws IOException {
        ScriptedModel.write(root.resolve("sound"), ScriptedModel.SOUND);
        ScriptedModel.write(root.resolve(name), ScriptedModel.SOUND);
        Files.write(root.resolve(name).resolve("model.pt"), network);
    }

    private String reason() {
        Map<String, ModelStatus> status = new LinkedHashMap<>();
        models.reload().await().atMost(WITHIN).forEach(model -> status.put(model.name(), model));
        assertEquals(ModelStatus.State.LOADED, status.get("sound").state(), "the other serves");
        return String.valueOf(status.get("odd").reason());
    }

    private static byte[] bytes(String escaped) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < escaped.length(); at++) {
            char c = escaped.charAt(at);
            if (c == '\\' && escaped.charAt(at + 1) == 'x') {
                text.append((char) Integer.parseInt(escaped.substring(at + 2, at + 4), 16));
                at += 3;
            } else if (c == '\\') {
                text.append(escaped.charAt(at + 1) == 'n' ? '\n' : '\r');
                at++;
            } else {
                text.append(c);
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.ISO_8859_1));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
