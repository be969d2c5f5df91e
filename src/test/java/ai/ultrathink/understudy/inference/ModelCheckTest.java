package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.InvalidValueException;
import ai.ultrathink.understudy.experiment.ManualTime;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that are packed, and those that are wrong, with the shipped example network. */
@Tag("libtorch")
class ModelCheckTest {

    private static final Path NETWORK = Path.of("models", "five_actions.pt");
    private static final List<String> FIVE = List.of("STRONG_SELL", "SELL", "HOLD", "BUY", "STRONG_BUY");

    @TempDir
    private Path directory = Path.of("");

    private final ManualTime time = new ManualTime();

    @Test
    void a_packed_folder_has_the_networks_own_answer_and_loads() throws IOException {
        Path folder = directory.resolve("momentum");

        String line = ModelPacking.pack(NETWORK, folder, network(FIVE, List.of(10), "probabilities"), time);

        assertTrue(line.startsWith("momentum@1#"), line);
        assertTrue(line.contains("takes 10 features, advises STRONG_SELL, SELL, HOLD, BUY, STRONG_BUY"), line);
        assertArrayEquals(Files.readAllBytes(NETWORK), Files.readAllBytes(folder.resolve("model.pt")));
        JsonNode golden = card(folder).path("golden");
        double sum = 0;
        for (JsonNode score : golden.path("output")) {
            sum += score.doubleValue();
        }
        assertEquals(5, golden.path("output").size());
        assertEquals(1, sum, 1e-6);
        assertTrue(golden.path("recorded").booleanValue());
        assertFalse(golden.has("tolerance"));
        assertEquals(List.of(), ModelCheck.of(folder, time).problems());
        try (Stream<Path> entries = Files.list(directory)) {
            assertEquals(List.of(folder), entries.toList());
        }
    }

    @Test
    void an_onnx_network_is_packed_and_checked_as_such() throws IOException {
        Path network = Files.write(
                directory.resolve("policy.onnx"),
                new OnnxFile()
                        .node("Softmax", "p", "x")
                        .input("x", OnnxFile.FLOAT, 0, 3)
                        .output("p", OnnxFile.FLOAT, 0, 3)
                        .bytes());
        Path folder = directory.resolve("policy");

        ModelPacking.pack(network, folder, network(List.of("A", "B", "C"), List.of(3), "probabilities"), time);

        assertEquals("onnx", card(folder).path("runtime").textValue());
        assertEquals(List.of(), ModelCheck.of(folder, time).problems());
        Files.delete(folder.resolve("model.onnx"));
        assertTrue(ModelCheck.of(folder, time).problems().contains("model.onnx is missing"));
    }

    @Test
    void a_check_changes_nothing_in_a_folder_without_a_golden_answer() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("momentum"));
        Files.copy(NETWORK, folder.resolve("model.pt"));
        Files.writeString(folder.resolve("model.json"), """
                {"version": "1", "input_size": 10, "output": "probabilities",
                 "actions": ["STRONG_SELL", "SELL", "HOLD", "BUY", "STRONG_BUY"]}""");

        assertEquals(List.of(), ModelCheck.of(folder, time).problems());

        try (Stream<Path> entries = Files.list(folder)) {
            assertEquals(
                    List.of("model.json", "model.pt"),
                    entries.map(entry -> String.valueOf(entry.getFileName()))
                            .sorted()
                            .toList());
        }
    }

    @Test
    void a_network_that_answers_otherwise_leaves_no_folder() throws IOException {
        Path folder = directory.resolve("momentum");

        IOException refused = assertThrows(
                IOException.class,
                () -> ModelPacking.pack(
                        NETWORK, folder, network(List.of("BUY", "SELL"), List.of(10), "probabilities"), time));

        assertEquals("output for a batch of 1 has shape [1, 5], expected [1, 2]", refused.getMessage());
        assertThrows(
                IOException.class,
                () -> ModelPacking.pack(NETWORK, folder, network(FIVE, List.of(9), "probabilities"), time));
        try (Stream<Path> entries = Files.list(directory)) {
            assertEquals(List.of(), entries.toList());
        }
    }

    @Test
    void what_no_card_may_say_is_refused_with_its_name() throws IOException {
        Files.createDirectories(directory.resolve("there"));

        assertRefused("actions", () -> network(List.of("buy", "SELL"), List.of(10), "probabilities"));
        assertRefused("input", () -> network(FIVE, List.of(), "probabilities"));
        assertRefused("input", () -> network(FIVE, List.of(1_000, 101), "probabilities"));
        assertRefused("input", () -> network(FIVE, List.of(10, 0), "probabilities"));
        assertRefused("version", () -> new PackedNetwork("", FIVE, List.of(10), "float32", "logits", null, null));
        assertRefused("folder", () -> pack(NETWORK, "there"));
        assertRefused("file", () -> pack(directory.resolve("none.pt"), "new"));
        assertRefused("the folder's name", () -> pack(NETWORK, "a name"));
    }

    @Test
    void all_that_is_wrong_with_a_card_is_said_at_once() throws IOException {
        Path folder = folder("""
                {"version": "", "input_size": 0, "actions": ["BUY", "sell"], "output": "scores",
                 "golden": {"input": ["x", "y"], "output": [0.5, null], "tolerance": -1}, "parameters": "many"}
                """);

        ModelCheck.Findings found = ModelCheck.of(folder, time);

        assertEquals(
                List.of(
                        "input_size",
                        "actions[1]",
                        "output",
                        "golden.input[0]",
                        "golden.input[1]",
                        "golden.output[1]",
                        "golden.tolerance",
                        "parameters",
                        "version"),
                fields(found));
        assertTrue(found.line().startsWith("the network was not run"), found.line());
    }

    @Test
    void a_network_is_run_although_the_card_has_faults_that_do_not_matter_to_it() throws IOException {
        Path folder = folder("""
                {"version": 1, "input_size": 9, "actions": ["A", "B", "C", "D", "E"], "output": "probabilities",
                 "golden": {"input": [1], "output": [1, 0]}, "parameters": -1}
                """);

        List<String> problems = ModelCheck.of(folder, time).problems();

        assertEquals(
                List.of("golden.input", "golden.output", "parameters"),
                fields(ModelCheck.of(folder, time)).subList(0, 3));
        assertEquals(4, problems.size());
        assertTrue(problems.getLast().contains("forward pass failed"), problems.getLast());
    }

    @Test
    void missing_files_a_wrong_answer_and_what_is_no_json_are_said() throws IOException {
        Path empty = Files.createDirectories(directory.resolve("empty"));
        Path no = folder("{");
        Path packed = directory.resolve("momentum");
        pack(NETWORK, "momentum");
        Files.writeString(
                packed.resolve("model.json"),
                Files.readString(packed.resolve("model.json"))
                        .replaceFirst("\"output\" : \\[ [0-9.]+", "\"output\" : [ 0.9"));

        assertEquals(
                List.of("model.json is missing", "model.pt is missing"),
                ModelCheck.of(empty, time).problems());
        assertTrue(ModelCheck.of(no, time).problems().getFirst().startsWith("model.json is not JSON"));
        assertEquals(1, ModelCheck.of(no, time).problems().size());
        for (String card : List.of("{\"runtime\": \"remote\",}", "null", "[]", "{\"runtime\": \"onnxruntime\"}")) {
            Path folder = Files.createDirectories(directory.resolve("no-network"));
            Files.writeString(folder.resolve("model.json"), card);
            List<String> problems = ModelCheck.of(folder, time).problems();
            assertTrue(
                    problems.stream().noneMatch(problem -> problem.endsWith("model.pt is missing")),
                    () -> card + ": " + problems);
            assertTrue(problems.getFirst().startsWith("model.json"), () -> card + ": " + problems);
        }
        List<String> wrong = ModelCheck.of(packed, time).problems();
        assertEquals(1, wrong.size());
        assertTrue(wrong.getFirst().startsWith("golden answer [0] is "), wrong.getFirst());
        assertTrue(ModelCheck.of(directory.resolve("none"), time)
                .problems()
                .getFirst()
                .endsWith("is not a folder"));
    }

    private Path folder(String card) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("wrong"));
        Files.copy(NETWORK, folder.resolve("model.pt"));
        Files.writeString(folder.resolve("model.json"), card);
        return folder;
    }

    private void pack(Path network, String folder) throws IOException {
        String line = ModelPacking.pack(
                network, directory.resolve(folder), network(FIVE, List.of(10), "probabilities"), time);
        assertFalse(line.isEmpty());
    }

    private static List<String> fields(ModelCheck.Findings found) {
        return found.problems().stream()
                .filter(problem -> problem.startsWith("model.json: "))
                .map(problem -> problem.replaceFirst("model.json: ", "").replaceFirst(": .*", ""))
                .toList();
    }

    private static PackedNetwork network(List<String> actions, List<Integer> shape, String kind) {
        return new PackedNetwork("1", actions, shape, PackedNetwork.USUAL_DTYPE, kind, null, null);
    }

    private static JsonNode card(Path folder) throws IOException {
        return JsonMapper.builder()
                .build()
                .readTree(folder.resolve("model.json").toFile());
    }

    private static void assertRefused(String field, ThrowingRun run) {
        InvalidValueException refused = assertThrows(InvalidValueException.class, run::run);
        assertEquals(field, refused.field());
    }

    private interface ThrowingRun {
        void run() throws IOException;
    }
}
