package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.PoolFixture.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.Features;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Answer;
import ai.ultrathink.understudy.outcome.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small faulty models of src/test/models, in libtorch. */
@Tag("libtorch")
class FaultyModelsTest {

    private static final Path FOLDER = Path.of("src/test/models");
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final float[] GOLDEN = golden();

    @TempDir
    static Path permuted;

    private static Models models = models(FOLDER);
    private static Models turned = models(FOLDER);
    private static Map<String, ModelStatus> status = Map.of();

    @BeforeAll
    static void load() throws IOException {
        status = models.reload().await().atMost(Duration.ofMinutes(2)).stream()
                .collect(Collectors.toMap(ModelStatus::name, Function.identity()));
        Files.createDirectories(permuted.resolve("turned"));
        Files.copy(FOLDER.resolve("constant_buy/model.pt"), permuted.resolve("turned/model.pt"));
        String card = Files.readString(FOLDER.resolve("constant_buy/model.json"));
        Files.writeString(
                permuted.resolve("turned/model.json"),
                card.replaceAll("(?s)\"actions\": \\[.*?\\]", "\"actions\": [\"SELL\", \"HOLD\", \"BUY\"]"));
        turned = models(permuted);
        turned.reload().await().atMost(Duration.ofMinutes(1));
    }

    @AfterAll
    static void stop() {
        models.stop();
        turned.stop();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"constant_hold", "constant_buy", "constant_sell", "logits", "throws_later", "nan_later", "slow"})
    void a_sound_folder_loads(String name) {
        assertEquals(ModelStatus.State.LOADED, status(name).state());
        assertNull(status(name).reason());
        assertTrue(models.find(name).isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "throws|this model always throws",
                "nan|golden answer [0] is NaN, model.json expects",
                "wrong_shape|output for a batch of 1 has shape [1, 2], expected [1, 3]",
                "not_summing|output is not a probability distribution",
                "bad_golden|model.json expects",
                "corrupt|not a TorchScript module",
                "no_card|model.json is missing",
            })
    void a_faulty_folder_is_refused_with_its_reason(String name, String reason) {
        assertEquals(ModelStatus.State.FAILED, status(name).state());
        String said = String.valueOf(status(name).reason());
        assertTrue(said.contains(reason), said);
        assertEquals(1, said.lines().count());
        assertTrue(models.find(name).isEmpty());
        assertTrue(models.known(name));
    }

    @Test
    void a_model_that_answers_one_row_of_a_batch_is_asked_for_one() {
        assertEquals(ModelStatus.State.LOADED, status("drops_rows").state());
        assertEquals("row by row", status("drops_rows").batching());
        assertEquals(
                "output for a batch of 2 has shape [1, 3], expected [2, 3]",
                status("drops_rows").note());
    }

    @Test
    void a_constant_model_says_its_action_for_every_row() {
        assertEquals(new Answer(0.8f, 0.1f, 0.1f), answer("constant_hold", GOLDEN));
        assertEquals(new Answer(0.1f, 0.8f, 0.1f), answer("constant_buy", new float[43]));
        assertEquals("SELL", answer("constant_sell", GOLDEN).action());
    }

    @Test
    void logits_are_turned_into_probabilities() throws IOException {
        List<Float> logits = CardReader.read(Files.readAllBytes(FOLDER.resolve("logits/model.json")))
                .golden()
                .output();
        double sum = logits.stream().mapToDouble(Math::exp).sum();

        Answer answer = answer("logits", GOLDEN);

        for (String action : Actions.USUAL.names()) {
            assertEquals(
                    Math.exp(logits.get(Actions.USUAL.names().indexOf(action))) / sum,
                    answer.probability(action),
                    1e-5);
        }
    }

    @Test
    void the_order_of_the_actions_is_that_of_the_card() {
        assertEquals(new Answer(0.8f, 0.1f, 0.1f), answer(turned.find("turned").orElseThrow(), GOLDEN));
    }

    @Test
    void a_row_that_makes_the_model_throw_takes_no_other_with_it() {
        List<Outcome> outcomes = askWithOneBadRow("throws_later");

        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, outcomes.get(7));
        assertTrue(failed.detail().contains("this model throws when its first feature is above 1000"), failed.detail());
        assertOthersAnswered(outcomes);
    }

    @Test
    void a_row_that_is_answered_with_nan_takes_no_other_with_it() {
        List<Outcome> outcomes = askWithOneBadRow("nan_later");

        assertInstanceOf(Outcome.Invalid.class, outcomes.get(7));
        assertOthersAnswered(outcomes);
    }

    private static List<Outcome> askWithOneBadRow(String name) {
        Predictor model = models.find(name).orElseThrow();
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        for (int row = 0; row < 40; row++) {
            float[] features = GOLDEN.clone();
            features[0] = row == 7 ? 2_000f : row;
            asked.add(ask(model, features));
        }
        return asked.stream().map(PoolFixture::get).toList();
    }

    private static void assertOthersAnswered(List<Outcome> outcomes) {
        for (int row = 0; row < outcomes.size(); row++) {
            if (row != 7) {
                assertInstanceOf(Outcome.Answered.class, outcomes.get(row), "row " + row);
            }
        }
    }

    private static Answer answer(String name, float[] features) {
        return answer(models.find(name).orElseThrow(), features);
    }

    private static Answer answer(Predictor model, float[] features) {
        return assertInstanceOf(Outcome.Answered.class, get(ask(model, features)))
                .answer();
    }

    private static CompletableFuture<Outcome> ask(Predictor model, float[] features) {
        return model.predict(Features.of(features), Variant.CONTROL, DEADLINE).subscribeAsCompletionStage();
    }

    private static ModelStatus status(String name) {
        ModelStatus found = status.get(name);
        if (found == null) {
            throw new AssertionError("no folder " + name);
        }
        return found;
    }

    private static Models models(Path directory) {
        return new Models(
                QuickInference.directory(directory), new QuickInference(), new EngineNetworkLoader(), new ManualTime());
    }

    private static float[] golden() {
        float[] golden = new float[43];
        for (int i = 0; i < golden.length; i++) {
            golden[i] = (float) (Math.round(i - 20.0) / 10.0);
        }
        return golden;
    }
}
