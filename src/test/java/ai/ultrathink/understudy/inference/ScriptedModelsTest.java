package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.PoolFixture.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that cannot share a pass, in libtorch. */
@Tag("libtorch")
class ScriptedModelsTest {

    private static final String LSTM = "y, _1, _2 = torch.lstm(torch.unsqueeze(x, 1), %s, [torch.full([12, 4], 0.1),"
            + " torch.full([12, 3], 0.2), torch.zeros([12]), torch.zeros([12])], True, 1, 0., False, False, True)";
    private static final String LAST = "return torch.softmax(torch.select(y, 1, -1), 1)";

    @TempDir
    Path root = Path.of("");

    private Models models = new Models(
            QuickInference.directory(root), new QuickInference(), new EngineNetworkLoader(), new ManualTime());

    @AfterEach
    void stop() {
        models.stop();
    }

    @Test
    void a_sound_network_runs_in_blocks() throws IOException {
        ModelStatus status = load(ScriptedModel.SOUND);

        assertEquals("blocks of 64", status.batching());
        assertNull(status.note());
        assertSameInAnyCompany();
    }

    @Test
    void a_network_that_mixes_its_rows_runs_row_by_row() throws IOException {
        ModelStatus status =
                load("y = torch.sub(x, torch.mean(x, [0], True))", "return torch.softmax(torch.slice(y, 1, 0, 3), 1)");

        assertEquals(ModelStatus.State.LOADED, status.state());
        assertEquals("row by row", status.batching());
        assertEquals("the answer to a row depends on the rows next to it", status.note());
        assertSameInAnyCompany();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "y = torch.dropout(torch.slice(x, 1, 0, 3), 0.5, True)",
                "y = torch.add(torch.slice(x, 1, 0, 3), torch.randn([1, 3]))",
                "y = torch.add(torch.slice(x, 1, 0, 3), torch.mul(torch.add_(CONSTANTS.c0, 1.), torch.slice(x, 1, 0, 3)))"
            })
    void a_network_that_changes_its_mind_or_remembers_is_refused(String line) throws IOException {
        ModelStatus status = load(line, "return torch.softmax(y, 1)");

        assertEquals(ModelStatus.State.FAILED, status.state());
        assertTrue(String.valueOf(status.reason()).startsWith("the same row is answered with"), status.toString());
    }

    /** Two rows at once end the process, without a word: "free(): invalid next size". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[torch.zeros([1, 1, 3]), torch.zeros([1, 1, 3])]",
                "[torch.zeros([1, 1, 3]), torch.ones([1, 1, 3])]"
            })
    void a_recurrent_network_for_one_row_is_never_asked_for_two(String state) throws IOException {
        ModelStatus status = load(LSTM.formatted(state), LAST);

        assertEquals(ModelStatus.State.LOADED, status.state());
        assertEquals("row by row", status.batching());
        assertTrue(String.valueOf(status.note()).contains("state of fixed size"), status.toString());
        assertSameInAnyCompany();
    }

    @Test
    void a_recurrent_network_that_takes_any_number_of_rows_runs_in_blocks() throws IOException {
        ModelStatus status = load("h = torch.zeros([1, torch.size(x, 0), 3])", LSTM.formatted("[h, h]"), LAST);

        assertEquals("blocks of 64", status.batching(), status.toString());
        assertSameInAnyCompany();
    }

    @Test
    void a_network_that_takes_one_row_only_runs_row_by_row() throws IOException {
        ModelStatus status = load("return torch.softmax(torch.slice(torch.view(x, [1, 4]), 1, 0, 3), 1)");

        assertEquals("row by row", status.batching());
        assertTrue(String.valueOf(status.note()).contains("a batch of several rows fails"), status.toString());
        assertSameInAnyCompany();
    }

    private ModelStatus load(String... lines) throws IOException {
        models = new Models(
                QuickInference.directory(root), new QuickInference(), new EngineNetworkLoader(), new ManualTime());
        ScriptedModel.write(root.resolve("odd"), lines);
        ScriptedModel.write(root.resolve("sound"), ScriptedModel.SOUND);
        List<ModelStatus> status = models.reload().await().atMost(Duration.ofMinutes(1));
        assertEquals(ModelStatus.State.LOADED, status.getLast().state(), "the others serve");
        return status.getFirst();
    }

    /** Rows asked one by one, and then all at once. */
    private void assertSameInAnyCompany() {
        Predictor model = models.find("odd").orElseThrow();
        Random random = new Random(1);
        List<Features> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(Features.of(
                    random.nextFloat(-2, 2),
                    random.nextFloat(-2, 2),
                    random.nextFloat(-2, 2),
                    random.nextFloat(-2, 2)));
        }
        List<Outcome> alone = rows.stream().map(row -> get(ask(model, row))).toList();

        List<CompletableFuture<Outcome>> together =
                rows.stream().map(row -> ask(model, row)).toList();

        for (int i = 0; i < rows.size(); i++) {
            assertEquals(
                    assertInstanceOf(Outcome.Answered.class, alone.get(i)).answer(),
                    assertInstanceOf(Outcome.Answered.class, get(together.get(i)))
                            .answer(),
                    "row " + i);
        }
    }

    private static CompletableFuture<Outcome> ask(Predictor model, Features row) {
        return model.predict(row, Variant.CONTROL, Duration.ofMinutes(1)).subscribeAsCompletionStage();
    }
}
