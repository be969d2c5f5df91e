package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A network whose card has no golden answer. */
@Tag("libtorch")
@SuppressWarnings("NullAway") // a null fails the test
class RecordedGoldenTest extends ModelsInFolder {

    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final String RECORDED = "its golden answer was recorded by the service in golden.json";

    @Test
    void the_first_load_records_the_answer_and_the_next_start_asks_for_it() throws IOException {
        write(ScriptedModel.SOUND, "");
        ModelStatus first = status();
        byte[] recorded = Files.readAllBytes(golden());
        JsonObject file = new JsonObject(Files.readString(golden()));

        restart();
        ModelStatus second = status();

        assertTrue(file.getBoolean("recorded"));
        assertEquals(first.digest(), file.getString("digest"));
        assertEquals(4, file.getJsonArray("input").size());
        assertEquals(3, file.getJsonArray("output").size());
        assertTrue(first.note().startsWith(RECORDED), first.note());
        assertTrue(second.note().startsWith(RECORDED), second.note());
        assertTrue(Arrays.equals(recorded, Files.readAllBytes(golden())), "it was written again");
        assertEquals(first.digest(), second.digest());
        assertTrue(
                models.probe("m", Variant.CONTROL, WITHIN).await().atMost(WITHIN) instanceof Outcome.Answered,
                "the probe");
        try (Stream<Path> files = Files.list(root.resolve("m"))) {
            assertEquals(3, files.count());
        }
    }

    @Test
    void another_answer_of_the_same_files_is_refused() throws IOException {
        write(ScriptedModel.SOUND, "");
        status();
        JsonObject file = new JsonObject(Files.readString(golden()));
        Files.writeString(
                golden(),
                file.put("output", new JsonArray(List.of(0.9, 0.05, 0.05))).encode());

        restart();

        assertTrue(status().reason().startsWith("golden answer [0] is "), status().reason());
    }

    @Test
    void another_network_gets_a_record_of_its_own() throws IOException {
        write(ScriptedModel.SOUND, "");
        String before = status().digest();
        write("return torch.softmax(torch.mul(torch.slice(x, 1, 1, 4), 2), 1)", "");

        ModelStatus after = status();

        assertEquals(ModelStatus.State.LOADED, after.state(), after.reason());
        assertNotEquals(before, after.digest());
        assertEquals(after.digest(), new JsonObject(Files.readString(golden())).getString("digest"));
    }

    @Test
    void the_cards_question_is_the_one_that_is_recorded() throws IOException {
        write(ScriptedModel.SOUND, ", \"golden\": {\"input\": [1, 2, 3, 4], \"tolerance\": 0.5}");
        status();

        JsonObject file = new JsonObject(Files.readString(golden()));

        assertEquals(new JsonArray(List.of(1.0, 2.0, 3.0, 4.0)), file.getJsonArray("input"));
        assertEquals(0.5, file.getDouble("tolerance"));
    }

    @Test
    void a_network_that_cannot_answer_the_first_question_is_asked_another() throws IOException {
        // NaN below zero
        write("return torch.softmax(torch.sqrt(torch.slice(x, 1, 0, 3)), 1)", "");

        assertEquals(ModelStatus.State.LOADED, status().state(), status().reason());
        assertEquals(
                new JsonArray(List.of(0.0, 0.0, 0.0, 0.0)),
                new JsonObject(Files.readString(golden())).getJsonArray("input"));
    }

    @Test
    void a_network_that_answers_no_question_says_what_to_give() throws IOException {
        write("return torch.mul(torch.slice(x, 1, 0, 3), float(\"nan\"))", "");

        assertEquals(
                "it answers [NaN, NaN, NaN] (it was asked with numbers from -1 to 1, zeros and ones; give a golden.input"
                        + " that it can answer)",
                status().reason());
    }

    @Test
    void a_folder_that_cannot_be_written_serves_with_a_note() throws IOException {
        write(ScriptedModel.SOUND, "");
        // also root cannot put a file in its place
        Files.createDirectories(golden().resolve("taken"));
        assertTrue(status().reason().startsWith("golden.json: got a directory"), status().reason());

        Path elsewhere = Files.createTempDirectory("understudy");
        String note = new GoldenFile(elsewhere.resolve("gone"), "digest")
                .write(new ModelCard.Golden(List.of(1f), List.of(1f, 0f, 0f), null), new ManualTime().now());
        Files.delete(elsewhere);

        assertTrue(note.contains("kept in memory only"), note);
    }

    @Test
    void what_is_no_record_is_named_and_not_followed() throws IOException {
        write(ScriptedModel.SOUND, "");
        Files.writeString(golden(), "[1, 2");
        assertEquals(
                "golden.json cannot be read; remove it, and the next load records the answer again", status().reason());

        Files.delete(golden());
        Files.createSymbolicLink(golden(), Path.of("/etc/passwd"));
        assertEquals(
                "golden.json is a link that leads out of the models directory; allowed: a file in that directory",
                status().reason());
    }

    private Path golden() {
        return root.resolve("m/golden.json");
    }

    private void write(String line, String more) throws IOException {
        Files.createDirectories(root.resolve("m"));
        Files.write(root.resolve("m/model.pt"), ScriptedModel.archive("cpu", line));
        Files.writeString(root.resolve("m/model.json"), """
                {"version": "1", "input_size": 4, "actions": ["HOLD", "BUY", "SELL"], "output": "probabilities"%s}
                """.formatted(more));
    }

    private ModelStatus status() {
        return models.reload().await().atMost(WITHIN).getFirst();
    }

    private void restart() {
        models.stop();
        models = models();
    }
}
