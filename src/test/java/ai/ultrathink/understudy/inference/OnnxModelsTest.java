package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks in ONNX, in ONNX Runtime. */
@Tag("libtorch")
@SuppressWarnings("NullAway") // a null fails the test
class OnnxModelsTest extends ModelsInFolder {

    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final Path SHIPPED = Path.of("models/bull_specialist_v2");
    private static final Path DAYS = Path.of("models/replay/sp500.csv");
    private static final String SCORES = "{\"kind\": \"logits\", \"name\": \"policy\"}";

    @Test
    void a_shipped_network_answers_in_both_formats_alike_on_every_day() throws IOException {
        Path torch = Files.createDirectories(root.resolve("torch"));
        Path onnx = Files.createDirectories(root.resolve("onnx"));
        Files.copy(SHIPPED.resolve("model.pt"), torch.resolve("model.pt"));
        Files.copy(SHIPPED.resolve("model.json"), torch.resolve("model.json"));
        Files.write(onnx.resolve("model.onnx"), OnnxFile.of(SHIPPED.resolve("model.pt")));
        Files.writeString(
                onnx.resolve("model.json"),
                Files.readString(SHIPPED.resolve("model.json")).replaceFirst("\\{", "{\"runtime\": \"onnx\", "));

        ModelStatus status = status("onnx");
        assertEquals(ModelStatus.State.LOADED, status.state(), status.reason());
        assertNotEquals(status("torch").digest(), status.digest());

        List<float[]> days = days();
        List<Outcome> one = together("torch", days);
        List<Outcome> other = together("onnx", days);
        assertEquals(1080, days.size());
        double far = 0;
        for (int day = 0; day < days.size(); day++) {
            Answer expected = answer(one.get(day));
            Answer answer = answer(other.get(day));
            assertEquals(expected.action(), answer.action(), "day " + day);
            far = Math.max(far, Math.abs(expected.probability("HOLD") - answer.probability("HOLD")));
            far = Math.max(far, Math.abs(expected.probability("BUY") - answer.probability("BUY")));
        }
        assertTrue(far < 1e-5, "they differ by " + far);
    }

    @Test
    void an_answer_has_the_same_bits_alone_and_in_a_batch() throws IOException {
        onnx("m", OnnxFile.of(SHIPPED.resolve("model.pt")), "\"input_size\": 43", "\"probabilities\"");
        List<float[]> days = days().subList(0, 200);

        List<Outcome> together = together("m", days);

        for (int day = 0; day < days.size(); day++) {
            assertEquals(answer(together("m", List.of(days.get(day))).getFirst()), answer(together.get(day)));
        }
    }

    @Test
    void the_scores_of_several_outputs_are_found_by_name_and_by_place() throws IOException {
        byte[] network = actorAndCritic();
        onnx("named", network, "\"input_size\": 4", SCORES);
        onnx("placed", network, "\"input_size\": 4", "{\"kind\": \"logits\", \"index\": 1}");

        Answer expected = new Answer(0.09003057f, 0.24472848f, 0.66524094f);
        for (String name : List.of("named", "placed")) {
            Answer answer =
                    answer(together(name, List.of(new float[] {1, 2, 3, 9})).getFirst());
            assertEquals(expected.probability("HOLD"), answer.probability("HOLD"), 1e-6);
            assertEquals(expected.probability("SELL"), answer.probability("SELL"), 1e-6);
        }
    }

    @ParameterizedTest
    @CsvSource({"11, float64", "6, int32", "7, int64"})
    void a_network_of_other_numbers_gets_them(int type, String dtype) throws IOException {
        byte[] network = new OnnxFile()
                .constant("start", new int[] {1}, OnnxFile.floats(0))
                .node("Cast", "y", "to", type == 11 ? 11 : 1, "x")
                .node("Softmax", "p", "y")
                .input("x", type, 0, 3)
                .output("p", type == 11 ? 11 : 1, 0, 3)
                .bytes();
        onnx("m", network, "\"input\": {\"shape\": [3], \"dtype\": \"" + dtype + "\"}", "\"probabilities\"");
        onnx("plain", network, "\"input_size\": 3", "\"probabilities\"");

        Answer answer = answer(together("m", List.of(new float[] {1, 2, 3})).getFirst());

        assertEquals(0.66524094f, answer.probability("SELL"), 1e-6);
        assertTrue(
                status("plain").reason().contains("say \"input\": {\"dtype\": \"" + dtype + "\"}"),
                status("plain").reason());
    }

    @Test
    void a_network_of_one_row_runs_row_by_row() throws IOException {
        byte[] network = new OnnxFile()
                .node("Softmax", "p", "x")
                .input("x", OnnxFile.FLOAT, 1, 3)
                .output("p", OnnxFile.FLOAT, 1, 3)
                .bytes();
        onnx("m", network, "\"input_size\": 3", "\"probabilities\"");

        assertEquals("row by row", status("m").batching(), status("m").toString());
        List<Outcome> together = together("m", List.of(new float[] {1, 2, 3}, new float[] {3, 2, 1}));
        assertEquals(0.66524094f, answer(together.get(1)).probability("HOLD"), 1e-6);
    }

    @Test
    void what_cannot_be_served_says_why() throws IOException {
        onnx("several", actorAndCritic(), "\"input_size\": 4", "\"logits\"");
        onnx("unknown", actorAndCritic(), "\"input_size\": 4", "{\"kind\": \"logits\", \"name\": \"q\"}");
        onnx("empty", new byte[0], "\"input_size\": 4", "\"logits\"");
        onnx("text", "not a network".getBytes(StandardCharsets.UTF_8), "\"input_size\": 4", "\"logits\"");
        onnx("torch", ScriptedModel.archive("cpu", ScriptedModel.SOUND), "\"input_size\": 4", "\"logits\"");
        onnx(
                "elsewhere",
                new OnnxFile()
                        .elsewhere("w", "../../../etc/passwd")
                        .node("Add", "p", "x", "w")
                        .input("x", OnnxFile.FLOAT, 0, 3)
                        .output("p", OnnxFile.FLOAT, 0, 3)
                        .bytes(),
                "\"input_size\": 3",
                "\"logits\"");
        byte[] whole = OnnxFile.of(SHIPPED.resolve("model.pt"));
        onnx("cut", Arrays.copyOf(whole, whole.length / 2), "\"input_size\": 43", "\"probabilities\"");
        onnx("missing", whole, "\"input_size\": 43", "\"probabilities\"");
        Files.delete(root.resolve("missing/model.onnx"));

        assertReason(
                "several",
                "the network answers with \"value\" float32 [N, 1], \"policy\" float32 [N, 3]; say in model.json which has"
                        + " the scores, such as \"output\": {\"kind\": \"logits\", \"name\": \"value\"}");
        assertReason("unknown", "the network answers with \"value\" float32 [N, 1], \"policy\" float32 [N, 3]");
        assertReason("empty", "not an ONNX network: it is empty");
        assertReason("text", "not an ONNX network: ");
        assertReason("torch", "not an ONNX network: it is a zip archive, as TorchScript is; name that model.pt");
        assertReason("elsewhere", "some of its weights are in another file; save it as one file");
        assertReason("cut", "not an ONNX network: ");
        assertReason("missing", "model.onnx is missing");
    }

    /** Also a network of TorchScript with two heads, whose card has no golden answer. */
    @Test
    void a_treatment_in_a_worker_answers_with_the_same_bits() throws IOException {
        onnx("onnx", actorAndCritic(), "\"input_size\": 4", SCORES);
        Path torch = Files.createDirectories(root.resolve("torch"));
        Files.write(
                torch.resolve("model.pt"),
                ScriptedModel.archiveOf(
                        "Tuple[Tensor, Tensor]", "cpu", "return (torch.slice(x, 1, 3, 4), torch.slice(x, 1, 0, 3))"));
        Files.writeString(torch.resolve("model.json"), """
                {"version": "1", "input": {"shape": [4]}, "actions": ["HOLD", "BUY", "SELL"],
                 "output": {"kind": "logits", "index": 1}}""");
        try (WorkerFixture fixture = new WorkerFixture(root, new QuickTreatment())) {
            fixture.load().forEach(model -> assertEquals(ModelStatus.State.LOADED, model.state(), model.reason()));
            fixture.awaitServing();
            Features row = Features.of(1, 2, 3, 9);
            for (String name : List.of("onnx", "torch")) {
                Answer control = answer(fixture.answer(name, Variant.CONTROL, row));
                assertEquals(control, answer(fixture.answer(name, Variant.TREATMENT, row)), name);
                DryRun dry =
                        fixture.models().dryRun(name, row).orElseThrow().await().atMost(WITHIN);
                assertEquals(List.of(1f, 2f, 3f), dry.scores(), name);
            }
        }
    }

    private void assertReason(String name, String why) {
        String reason = status(name).reason();
        assertTrue(reason.startsWith(why), name + ": " + reason);
        assertEquals(1, reason.lines().count());
    }

    private static byte[] actorAndCritic() {
        return new OnnxFile()
                .constant("w", new int[] {4, 3}, OnnxFile.floats(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0))
                .constant("v", new int[] {4, 1}, OnnxFile.floats(1, 1, 1, 1))
                .node("MatMul", "value", "x", "v")
                .node("MatMul", "policy", "x", "w")
                .input("x", OnnxFile.FLOAT, 0, 4)
                .output("value", OnnxFile.FLOAT, 0, 1)
                .output("policy", OnnxFile.FLOAT, 0, 3)
                .bytes();
    }

    private void onnx(String name, byte[] network, String input, String output) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        Files.write(folder.resolve("model.onnx"), network);
        Files.writeString(folder.resolve("model.json"), """
                {"version": "1", "runtime": "onnx", %s, "actions": ["HOLD", "BUY", "SELL"], "output": %s}
                """.formatted(input, output));
    }

    private static List<float[]> days() throws IOException {
        List<float[]> days = new ArrayList<>();
        for (String line : Files.readAllLines(DAYS).subList(1, 1081)) {
            String[] fields = line.split(",", -1);
            float[] day = new float[fields.length - 1];
            for (int i = 0; i < day.length; i++) {
                day[i] = Float.parseFloat(fields[i + 1]);
            }
            days.add(day);
        }
        return days;
    }

    private List<Outcome> together(String name, List<float[]> rows) {
        if (models.find(name).isEmpty()) {
            status(name);
        }
        Predictor model = models.find(name).orElseThrow();
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (float[] row : rows) {
            asked.add(model.predict(Features.of(row), Variant.CONTROL, WITHIN).subscribeAsCompletionStage());
        }
        return asked.stream().map(CompletableFuture::join).toList();
    }

    private static Answer answer(Outcome outcome) {
        return assertInstanceOf(Outcome.Answered.class, outcome, outcome.toString())
                .answer();
    }

    private ModelStatus status(String name) {
        return models.reload().await().atMost(WITHIN).stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
