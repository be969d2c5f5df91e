package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCardTest {

    private static final String CARD = """
            {"name": "m", "version": "3", "input_size": 2, "actions": ["SELL", "HOLD", "BUY"], "output": "logits",
             "golden": {"input": [0.5, -1], "output": [1, 2, 3], "tolerance": 0.01}, "parameters": 12, "description": "d"}
            """;

    @TempDir
    Path directory;

    @Test
    void a_card_is_read_and_what_it_does_not_need_is_left_alone() throws IOException {
        ModelCard card = read(CARD);

        assertEquals("3", card.version());
        assertEquals(2, card.inputSize());
        assertEquals(List.of(Action.SELL, Action.HOLD, Action.BUY), card.actions());
        assertEquals(ModelCard.Output.LOGITS, card.output());
        assertEquals(List.of(0.5f, -1f), card.golden().input());
        assertEquals(List.of(1f, 2f, 3f), card.golden().output());
        assertEquals(0.01f, card.golden().allowed());
        assertEquals(12L, card.parameters());
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
                "'\"version\": \"3\"'|'\"version\": \"\"'|1 to 100 characters, none of them a control character",
                "'\"version\": \"3\"'|'\"version\": \"a\\u0000b\"'|1 to 100 characters, none of them a control character",
                "'\"version\": \"3\", '|''|version",
                "'\"version\": \"3\"'|'\"version\": null'|version",
                "'\"input_size\": 2'|'\"input_size\": 0'|input_size must be 1 to 100000",
                "'\"input_size\": 2'|'\"input_size\": 100001'|input_size must be 1 to 100000",
                "'\"input_size\": 2, '|''|input_size",
                "'\"input_size\": 2'|'\"input_size\": 3'|golden.input must have input_size numbers",
                "'\"SELL\", '|''|actions must name HOLD, BUY and SELL once each",
                "'\"SELL\"'|'\"BUY\"'|actions must name HOLD, BUY and SELL once each",
                "'\"SELL\"'|'\"SHORT\"'|SHORT",
                "'[\"SELL\", \"HOLD\", \"BUY\"]'|'[]'|actions must name HOLD, BUY and SELL once each",
                "'[\"SELL\", \"HOLD\", \"BUY\"]'|'null'|actions",
                "'\"logits\"'|'\"scores\"'|scores",
                "'\"output\": \"logits\",'|''|output",
                "'[1, 2, 3]'|'[1, 2]'|golden.output must have 3 numbers",
                "'[1, 2, 3]'|'null'|output",
                "'\"golden\"'|'\"silver\"'|golden",
            })
    void a_card_that_cannot_be_used_is_refused_with_the_field(String from, String to, String why) {
        String card = CARD.replace(from, to);
        assertTrue(!card.equals(CARD), "nothing was replaced");

        IOException refused = assertThrows(IOException.class, () -> read(card));

        String firstLine =
                String.valueOf(refused.getMessage()).lines().findFirst().orElse("");
        assertTrue(firstLine.contains(why), firstLine);
    }

    @Test
    void what_is_not_json_is_refused() {
        assertThrows(IOException.class, () -> read("not json"));
        assertThrows(IOException.class, () -> read(""));
    }

    @Test
    void a_card_that_is_not_there_is_missing() {
        assertThrows(NoSuchFileException.class, () -> new ModelFolder("m", directory).digest());
    }

    private ModelCard read(String json) throws IOException {
        Path file = directory.resolve("model.json");
        Files.writeString(file, json);
        return ModelCard.read(file);
    }
}
