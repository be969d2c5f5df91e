package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.inference.tensor.InputForm;
import ai.ultrathink.understudy.inference.tensor.NumberType;
import ai.ultrathink.understudy.inference.tensor.OutputHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {

    private static final String CARD = """
            {"name": "m", "version": "3", "input_size": 2, "actions": ["SELL", "HOLD", "BUY"], "output": "logits",
             "golden": {"input": [0.5, -1], "output": [1, 2, 3], "tolerance": 0.01}, "parameters": 12, "description": "d"}
            """;

    @Test
    void a_card_is_read_and_what_it_does_not_need_is_left_alone() throws IOException {
        ModelCard card = read(CARD);

        assertEquals("3", card.version());
        assertEquals(2, card.inputSize());
        assertEquals(List.of("SELL", "HOLD", "BUY"), card.actions());
        assertEquals(ModelCard.Output.LOGITS, card.output());
        assertEquals(List.of(0.5f, -1f), card.golden().input());
        assertEquals(List.of(1f, 2f, 3f), card.golden().output());
        assertEquals(0.01f, card.golden().allowed());
        assertEquals(12L, card.parameters());
    }

    @Test
    void a_model_names_its_own_actions() throws IOException {
        ModelCard card = read(CARD.replace("\"SELL\", \"HOLD\", \"BUY\"", "\"STRONG_SELL_2\", \"0\"")
                .replace("[1, 2, 3]", "[1, 2]"));

        assertEquals(List.of("STRONG_SELL_2", "0"), card.actions());
    }

    @Test
    void tolerance_and_parameters_may_be_left_out() throws IOException {
        ModelCard card = read(CARD.replace(", \"tolerance\": 0.01", "").replace(" \"parameters\": 12,", ""));

        assertEquals(1e-4f, card.golden().allowed());
        assertNull(card.parameters());
    }

    @Test
    void tolerance_and_parameters_may_be_null() throws IOException {
        ModelCard card = read(CARD.replace("0.01", "null").replace("12", "null"));

        assertEquals(1e-4f, card.golden().allowed());
        assertNull(card.parameters());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"version\": \"3\"'|'\"version\": \"\"'|'version: got \"\"; allowed: 1 to 100 characters'",
                "'\"version\": \"3\"'|'\"version\": \"a\\u0000b\"'|'allowed: 1 to 100 characters, none of them a control character'",
                "'\"version\": \"3\", '|''|'version: got nothing'",
                "'\"version\": \"3\"'|'\"version\": null'|'version: got null'",
                "'\"version\": \"3\"'|'\"version\": [3]'|'version: got a list of 1'",
                "'\"input_size\": 2'|'\"input_size\": 0'|'input_size: got 0; allowed: a whole number from 1 to 100000'",
                "'\"input_size\": 2'|'\"input_size\": 100001'|'input_size: got 100001'",
                "'\"input_size\": 2'|'\"input_size\": 2.5'|'input_size: got 2.5'",
                "'\"input_size\": 2'|'\"input_size\": \"two\"'|'input_size: got \"two\"'",
                "'\"input_size\": 2, '|''|'input_size: got nothing'",
                "'\"input_size\": 2'|'\"input_size\": 3'|'golden.input: got a list of 2; allowed: 3 numbers, as many as input_size'",
                "'\"SELL\", '|''|'golden.output: got a list of 3; allowed: 2 numbers, one for each action'",
                "'\"SELL\", \"HOLD\", \"BUY\"'|'\"BUY\"'|'actions: got [BUY]; allowed: 2 to 32 different names of 1 to 32 characters A-Z 0-9 _'",
                "'\"SELL\"'|'\"BUY\"'|'actions: got [BUY, HOLD, BUY]; allowed: 2 to 32 different names of 1 to 32 characters A-Z 0-9 _, in the order of the output'",
                "'\"SELL\"'|'\"sell\"'|'actions[0]: got \"sell\"; allowed: 1 to 32 characters A-Z 0-9 _'",
                "'\"SELL\"'|'\"GO SHORT\"'|'actions[0]: got \"GO SHORT\"; allowed: 1 to 32 characters'",
                "'\"SELL\"'|'\"\"'|'actions[0]: got \"\"'",
                "'\"SELL\"'|'\"A23456789_123456789_123456789_123\"'|'actions[0]: got'",
                "'\"SELL\"'|'null'|'actions[0]: got null'",
                "'[\"SELL\", \"HOLD\", \"BUY\"]'|'[]'|'actions: got []'",
                "'[\"SELL\", \"HOLD\", \"BUY\"]'|'null'|'actions: got null'",
                "'[\"SELL\", \"HOLD\", \"BUY\"]'|'\"SELL\"'|'actions: got \"SELL\"'",
                "'\"logits\"'|'\"scores\"'|'output: got \"scores\"; allowed: probabilities or logits'",
                "'\"output\": \"logits\",'|''|'output: got nothing; allowed: probabilities or logits'",
                "'[1, 2, 3]'|'[1, 2]'|'golden.output: got a list of 2; allowed: 3 numbers'",
                "'[1, 2, 3]'|'null'|'golden.output: got null'",
                "'[1, 2, 3]'|'[1, 2, {}]'|'golden.output[2]: got an object'",
                "'[1, 2, 3]'|'[1, 1e39, 3]'|'golden.output[1]: got 1.0E39; allowed: a finite number'",
                "'[0.5, -1]'|'[0.1, \"… input_size numbers\"]'|'golden.input[1]: got \"… input_size numbers\"'",
                "'{\"input\": [0.5, -1], \"output\": [1, 2, 3], \"tolerance\": 0.01}'|'7'|'golden: got 7; allowed: nothing, or an object with input and output'",
                "'\"input_size\": 2'|'\"input\": 7'|'input: got 7; allowed: an object with a shape'",
                "'\"input_size\": 2'|'\"input\": {}'|'input_size: got nothing; allowed: a whole number from 1 to 100000'",
                "'\"input_size\": 2'|'\"input\": {\"shape\": []}'|'input.shape: got a list of 0; allowed: 1 to 8 whole numbers'",
                "'\"input_size\": 2'|'\"input\": {\"shape\": 2}'|'input.shape: got 2; allowed: 1 to 8 whole numbers'",
                "'\"input_size\": 2'|'\"input\": {\"shape\": [2, -1]}'|'input.shape[1]: got -1; allowed: a whole number from 1 to 100000'",
                "'\"input_size\": 2'|'\"input\": {\"shape\": [1000, 1000]}'|'input.shape: got a list of 2; allowed: a product of at most 100000'",
                "'\"input_size\": 2'|'\"input_size\": 2, \"input\": {\"shape\": [3]}'|'input_size: got 2; allowed: nothing, or 3, the product of input.shape'",
                "'\"input_size\": 2'|'\"input\": {\"shape\": [2], \"dtype\": \"float16\"}'|'input.dtype: got \"float16\"; allowed: float32, float64, int32 or int64'",
                "'\"input_size\": 2'|'\"input\": {\"shape\": [2], \"name\": \"\"}'|'input.name: got \"\"; allowed: 1 to 200 characters'",
                "'\"logits\"'|'{}'|'output.kind: got nothing; allowed: probabilities or logits'",
                "'\"logits\"'|'{\"kind\": \"scores\"}'|'output.kind: got \"scores\"; allowed: probabilities or logits'",
                "'\"logits\"'|'{\"kind\": \"logits\", \"index\": -1}'|'output.index: got -1; allowed: a whole number from 0 to 999'",
                "'\"logits\"'|'{\"kind\": \"logits\", \"name\": 5}'|'output.name: got 5; allowed: 1 to 200 characters'",
                "'\"logits\"'|'{\"kind\": \"logits\", \"index\": 0, \"name\": \"a\"}'|'output: got an object; allowed: index for a tuple or a list, or name for a dictionary, not both'",
                "'\"parameters\": 12'|'\"sha256\": \"12\"'|'sha256: got \"12\"; allowed: 64 hexadecimal digits'",
                "'0.01'|'-1'|'golden.tolerance: got -1'",
                "'12'|'\"many\"'|'parameters: got \"many\"'",
            })
    void a_card_that_cannot_be_used_is_refused_with_the_field(String from, String to, String why) {
        String card = CARD.replace(from, to);
        assertTrue(!card.equals(CARD), "nothing was replaced");

        String said = String.valueOf(
                assertThrows(ModelRefusedException.class, () -> read(card)).getMessage());

        assertTrue(said.startsWith("model.json: "), said);
        assertTrue(said.contains(why), said);
        assertEquals(1, said.lines().count());
        assertFalse(said.contains("ultrathink") || said.contains("java"), said);
    }

    @Test
    void a_shape_takes_the_place_of_the_size_and_a_head_that_of_the_kind() throws IOException {
        ModelCard card = read(CARD.replace(
                        "\"input_size\": 2",
                        "\"input\": {\"shape\": [2, 1], \"dtype\": \"float64\", \"name\": \"days\"}")
                .replace("\"logits\"", "{\"kind\": \"probabilities\", \"name\": \"policy\"}"));

        assertEquals(2, card.inputSize());
        assertEquals(new InputForm(List.of(2, 1), NumberType.FLOAT64, "days"), card.input());
        assertEquals(ModelCard.Output.PROBABILITIES, card.output());
        assertEquals(new OutputHead(null, "policy"), card.head());
    }

    @Test
    void a_golden_answer_and_its_question_may_be_left_out() throws IOException {
        assertEquals(
                List.of(0.5f, -1f),
                read(CARD.replace(", \"output\": [1, 2, 3]", "")).golden().input());
        assertFalse(read(CARD.replace("\"golden\"", "\"silver\"")).golden().answered());
    }

    /** Earlier releases paid no heed to such fields. */
    @Test
    void fields_of_an_older_card_that_mean_something_today_do_not_make_it_invalid() throws IOException {
        ModelCard card = read(CARD.replace("\"name\": \"m\"", "\"input\": \"two numbers\", \"dtype\": 7"));

        assertEquals(InputForm.row(2), card.input());
        assertEquals(OutputHead.ONLY, card.head());
    }

    @Test
    void numbers_may_be_written_as_texts_and_the_version_as_a_number() throws IOException {
        ModelCard card = read(CARD.replace("\"3\"", "3")
                .replace("\"input_size\": 2", "\"input_size\": \"2\"")
                .replace("-1", "\"-1\""));

        assertEquals("3", card.version());
        assertEquals(2, card.inputSize());
        assertEquals(List.of(0.5f, -1f), card.golden().input());
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "", "{", "{} {}", "{\"version\": 1", "\u0000"})
    void what_is_not_json_is_refused_with_the_place(String text) {
        String said = String.valueOf(
                assertThrows(ModelRefusedException.class, () -> read(text)).getMessage());

        assertTrue(said.startsWith("model.json"), said);
        assertEquals(1, said.lines().count());
        assertFalse(said.contains("com.fasterxml") || said.contains("Source"), said);
    }

    @Test
    void a_card_that_is_something_else_is_refused() {
        assertThrows(ModelRefusedException.class, () -> read("[]"));
        assertThrows(ModelRefusedException.class, () -> read("null"));
        assertThrows(ModelRefusedException.class, () -> read("[".repeat(100_000)));
    }

    private static ModelCard read(String json) throws IOException {
        return CardReader.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
