package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that take another form than rows of float32, or answer with more than one tensor, in libtorch. */
@Tag("libtorch")
@SuppressWarnings("NullAway") // a null fails the test
class ShapesAndHeadsTest extends ModelsInFolder {

    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final String LOGITS = "scores = torch.slice(x, 1, 0, 3)";
    private static final Answer SOFTMAX_OF_1_2_3 = new Answer(0.09003057f, 0.24472848f, 0.66524094f);

    @Test
    void a_tuple_of_an_actor_and_a_critic_is_answered_by_the_actor() throws IOException {
        network("m", "return (scores, torch.slice(x, 1, 3, 4))", "Tuple[Tensor, Tensor]", LOGITS);
        card("m", "\"input_size\": 4", "{\"kind\": \"logits\", \"index\": 0}");

        assertAnswers(SOFTMAX_OF_1_2_3, ask("m", 1, 2, 3, 9));
    }

    @Test
    void the_scores_may_be_the_second_of_a_tuple_and_part_of_a_larger_tensor() throws IOException {
        network("m", "return (torch.slice(x, 1, 3, 4), scores)", "Tuple[Tensor, Tensor]", LOGITS);
        card("m", "\"input_size\": 4", "{\"kind\": \"logits\", \"index\": 1}");

        List<Outcome> together = together("m", new float[][] {{1, 2, 3, 9}, {3, 2, 1, 9}, {0, 0, 0, 9}});

        assertAnswers(SOFTMAX_OF_1_2_3, together.get(0));
        assertAnswers(new Answer(0.66524094f, 0.24472848f, 0.09003057f), together.get(1));
        assertAnswers(new Answer(1f / 3, 1f / 3, 1f / 3), together.get(2));
        assertEquals("blocks of 64", status("m").batching());
    }

    @Test
    void a_list_is_answered_by_its_place() throws IOException {
        network("m", "return [torch.slice(x, 1, 3, 4), scores]", "List[Tensor]", LOGITS);
        card("m", "\"input_size\": 4", "{\"kind\": \"logits\", \"index\": 1}");

        assertAnswers(SOFTMAX_OF_1_2_3, ask("m", 1, 2, 3, 9));
    }

    @Test
    void a_dictionary_is_answered_by_its_name() throws IOException {
        network(
                "m",
                "return {\"value\": torch.slice(x, 1, 3, 4), \"policy\": torch.softmax(scores, 1)}",
                "Dict[str, Tensor]",
                LOGITS);
        card("m", "\"input_size\": 4", "{\"kind\": \"probabilities\", \"name\": \"policy\"}");

        assertAnswers(SOFTMAX_OF_1_2_3, ask("m", 1, 2, 3, 9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"logits\"|return (scores, torch.slice(x, 1, 3, 4))|Tuple[Tensor, Tensor]|the network answers with a tuple: [0] float32 [1, 3], [1] float32 [1, 1]; say in model.json which has the scores, such as \"output\": {\"kind\": \"logits\", \"index\": 0}",
                "{\"kind\": \"logits\", \"index\": 2}|return (scores, scores)|Tuple[Tensor, Tensor]|the network answers with a tuple: [0] float32 [1, 3], [1] float32 [1, 3]; model.json asks for [2], which is no tensor of it, such as",
                "{\"kind\": \"logits\", \"name\": \"q\"}|return (scores, scores)|Tuple[Tensor, Tensor]|model.json asks for \"q\", which is no tensor of it",
                "\"logits\"|return {\"policy\": scores}|Dict[str, Tensor]|the network answers with a dictionary: \"policy\" float32 [1, 3]; say in model.json which has the scores, such as \"output\": {\"kind\": \"logits\", \"name\": \"policy\"}",
                "{\"kind\": \"logits\", \"name\": \"q\"}|return {\"policy\": scores}|Dict[str, Tensor]|model.json asks for \"q\", which is no tensor of it",
                "{\"kind\": \"logits\", \"index\": 1}|return scores|Tensor|the network answers with one tensor, and model.json asks for output [1]; leave index and name out",
                "{\"kind\": \"logits\", \"name\": \"q\"}|return scores|Tensor|the network answers with one tensor, and model.json asks for output \"q\"; leave index and name out",
                "\"logits\"|return torch.argmax(scores, 1)|Tensor|the network answers with whole numbers, int64 [1], such as the index of an action; export it so that it answers with probabilities or logits",
                "\"logits\"|return 3|int|the network answers with no tensor but",
                "\"logits\"|return torch.unsqueeze(scores, 0)|Tensor|LOADED",
                "\"logits\"|return torch.slice(scores, 1, 0, 2)|Tensor|output for a batch of 1 has shape [1, 2], expected [1, 3]",
            })
    void an_answer_without_the_scores_says_what_it_has(String output, String line, String type, String why)
            throws IOException {
        network("m", line, type, LOGITS);
        card("m", "\"input_size\": 4", output);

        ModelStatus status = status("m");

        assertTrue((status.state() + " " + status.reason()).contains(why), status.toString());
        assertTrue(status.reason() == null || !status.reason().contains("\n"), status.reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // what an unsqueeze(1) at the end leaves
                "return torch.unsqueeze(scores, 1)|blocks of 64",
                // a network of one row that leaves its axis out
                "return torch.reshape(torch.slice(torch.reshape(x, [4]), 0, 0, 3), [3])|row by row",
                // as a trace for one row has it
                "return torch.slice(torch.reshape(x, [1, 4]), 1, 0, 3)|row by row",
            })
    void axes_of_length_one_do_not_count_and_a_trace_for_one_row_runs_row_by_row(String line, String batching)
            throws IOException {
        network("m", line, "Tensor", LOGITS);
        card("m", "\"input_size\": 4", "\"logits\"");

        ModelStatus status = status("m");
        assertEquals(batching, status.batching(), status.toString());
        assertEquals(
                batching.equals("row by row"), String.valueOf(status.note()).contains("batch"), status.note());
        List<Outcome> together = together("m", new float[][] {{3, 2, 1, 9}, {1, 2, 3, 9}});
        assertAnswers(SOFTMAX_OF_1_2_3, together.get(1));
    }

    @Test
    void features_are_the_flattened_row_of_a_shape() throws IOException {
        // two steps of three numbers; the network sees the last step
        network("m", "return torch.select(x, 1, 1)", "Tensor");
        card("m", "\"input\": {\"shape\": [2, 3]}", "\"logits\"");

        assertEquals(6, status("m").inputSize());
        assertAnswers(SOFTMAX_OF_1_2_3, ask("m", 7, 8, 9, 1, 2, 3));
        assertEquals("blocks of 64", status("m").batching());
    }

    @ParameterizedTest
    @CsvSource({"float64, 7", "int64, 4", "int32, 3"})
    void a_network_of_other_numbers_gets_them_and_its_answer_may_be_of_64_bits(String type, int scalar)
            throws IOException {
        network(
                "m",
                "y = torch.add(x, torch.ones([1, 4], dtype=" + scalar + "))",
                "Tensor",
                "if torch.eq(ops.prim.dtype(x), " + scalar + "):",
                "  pass",
                "else:",
                "  ops.prim.RaiseException(\"other numbers\", \"builtins.RuntimeError\")",
                "return torch.to(torch.slice(torch.sub(x, torch.zeros([1, 4], dtype=" + scalar + ")), 1, 0, 3), 7)");
        card("m", "\"input\": {\"shape\": [4], \"dtype\": \"" + type + "\"}", "\"logits\"");

        assertAnswers(SOFTMAX_OF_1_2_3, ask("m", 1, 2, 3, 9));
    }

    @Test
    void weights_of_64_bits_are_pointed_out() throws IOException {
        network("m", "return torch.matmul(x, torch.ones([4, 3], dtype=7))", "Tensor");
        card("m", "\"input_size\": 4", "\"logits\"");

        String why = status("m").reason();

        assertTrue(why.contains("say \"input\": {\"dtype\": \"float64\"} in model.json"), why);
    }

    @Test
    void a_recurrent_network_with_its_state_is_answered_by_its_scores() throws IOException {
        lstm("m", "torch.size(x, 0)");
        card("m", "\"input\": {\"shape\": [5, 2]}", "{\"kind\": \"logits\", \"index\": 0}");

        assertEquals("blocks of 64", status("m").batching(), status("m").toString());
        assertInstanceOf(Outcome.Answered.class, ask("m", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    }

    @Test
    void a_recurrent_network_that_was_traced_with_one_row_runs_row_by_row() throws IOException {
        lstm("m", "1");
        card("m", "\"input\": {\"shape\": [5, 2]}", "{\"kind\": \"logits\", \"index\": 0}");

        assertEquals("row by row", status("m").batching(), status("m").toString());
        assertTrue(
                status("m").note().contains("a state of fixed size"),
                status("m").note());
        float[] row = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        List<Outcome> together = together("m", new float[][] {row, row, row});
        together.forEach(outcome -> assertInstanceOf(Outcome.Answered.class, outcome));
    }

    @Test
    void what_is_not_there_in_an_older_card_changes_nothing() throws IOException {
        ScriptedModel.write(root.resolve("m"), ScriptedModel.SOUND);
        String digest = status("m").digest();

        assertNull(status("m").note());
        assertEquals(new ModelFolder("m", root.resolve("m")).digest(), digest);
        assertTrue(Files.notExists(root.resolve("m/golden.json")), "its golden answer is in the card");
    }

    /** A layer of two hidden units over five steps of two numbers. */
    private void lstm(String name, String rows) throws IOException {
        network(
                name,
                "return (torch.cat([torch.select(y, 1, -1), torch.slice(torch.select(x, 1, 0), 1, 0, 1)], 1), h, c)",
                "Tuple[Tensor, Tensor, Tensor]",
                "start = torch.zeros([1, " + rows + ", 2])",
                "w = [torch.mul(torch.ones([8, 2]), 0.1), torch.mul(torch.ones([8, 2]), 0.2), torch.ones([8]), torch.ones([8])]",
                "y, h, c, = torch.lstm(x, [start, start], w, True, 1, 0., False, False, True)");
    }

    private void network(String name, String last, String returns, String... before) throws IOException {
        List<String> lines = new ArrayList<>(List.of(before));
        if (lines.isEmpty() || !lines.getLast().startsWith("return")) {
            lines.add(last);
        }
        Files.createDirectories(root.resolve(name));
        Files.write(
                root.resolve(name).resolve("model.pt"),
                ScriptedModel.archiveOf(returns, "cpu", lines.toArray(String[]::new)));
    }

    /** Without a golden answer, which is recorded. */
    private void card(String name, String input, String output) throws IOException {
        Files.writeString(root.resolve(name).resolve("model.json"), """
                {"version": "1", %s, "actions": ["HOLD", "BUY", "SELL"], "output": %s}
                """.formatted(input, output));
    }

    private Outcome ask(String name, float... features) {
        status(name);
        return models.find(name)
                .orElseThrow()
                .predict(Features.of(features), Variant.CONTROL, WITHIN)
                .await()
                .atMost(WITHIN);
    }

    private List<Outcome> together(String name, float[][] rows) {
        status(name);
        Predictor model = models.find(name).orElseThrow();
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (float[] row : rows) {
            asked.add(model.predict(Features.of(row), Variant.CONTROL, WITHIN).subscribeAsCompletionStage());
        }
        return asked.stream().map(CompletableFuture::join).toList();
    }

    private static void assertAnswers(Answer expected, Outcome outcome) {
        Answer answer = assertInstanceOf(Outcome.Answered.class, outcome, outcome.toString())
                .answer();
        assertEquals(expected.probability("HOLD"), answer.probability("HOLD"), 1e-6, answer.toString());
        assertEquals(expected.probability("BUY"), answer.probability("BUY"), 1e-6, answer.toString());
        assertEquals(expected.probability("SELL"), answer.probability("SELL"), 1e-6, answer.toString());
    }

    private ModelStatus status(String name) {
        Map<String, ModelStatus> status = models.reload().await().atMost(WITHIN).stream()
                .collect(Collectors.toMap(ModelStatus::name, Function.identity()));
        return status.get(name);
    }
}
