package ai.ultrathink.understudy.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The models that ship with the service, in libtorch, on the market days that ship with them. */
@Tag("libtorch")
class ShippedModelsTest {

    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final Models MODELS = new Models(
            QuickInference.directory(Path.of("models")),
            new QuickInference(),
            new EngineNetworkLoader(),
            new ManualTime());

    private static List<Features> days = List.of();

    @BeforeAll
    static void load() throws IOException {
        MODELS.reload().await().atMost(Duration.ofMinutes(2));
        try (Stream<String> lines = Files.lines(Path.of("models/replay/sp500.csv"))) {
            days = lines.skip(1).map(ShippedModelsTest::features).toList();
        }
    }

    @AfterAll
    static void stop() {
        MODELS.stop();
    }

    @Test
    void every_shipped_model_loads() {
        assertTrue(MODELS.names()
                .containsAll(List.of(
                        "bear_specialist",
                        "bear_specialist_v2",
                        "bull_specialist",
                        "bull_specialist_degraded",
                        "bull_specialist_v2",
                        "sideways_specialist",
                        "universal")));
        for (ModelStatus status : MODELS.status()) {
            if (status.name().equals("replay")) {
                assertEquals(ModelStatus.State.IGNORED, status.state());
                continue;
            }
            assertEquals(ModelStatus.State.LOADED, status.state(), status.toString());
            assertEquals(43, status.inputSize());
            assertEquals(110_339L, status.parameters());
        }
    }

    @Test
    void answers_given_under_concurrency_are_bit_for_bit_those_of_each_row_alone() throws Exception {
        Predictor model = MODELS.find("universal").orElseThrow();
        List<Answer> alone = days.stream()
                .map(day -> answer(ask(model, day, Variant.CONTROL)))
                .toList();
        int callers = 4;
        List<Callable<List<Answer>>> work = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            Variant role = caller % 2 == 0 ? Variant.CONTROL : Variant.TREATMENT;
            work.add(() -> {
                List<CompletableFuture<Outcome>> asked =
                        days.stream().map(day -> ask(model, day, role)).toList();
                return asked.stream().map(ShippedModelsTest::answer).toList();
            });
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            for (Future<List<Answer>> together : threads.invokeAll(work)) {
                for (int day = 0; day < days.size(); day++) {
                    assertEquals(alone.get(day), together.get().get(day), "day " + day);
                }
            }
        }
    }

    @Test
    void a_model_and_its_second_version_differ_on_some_days_and_agree_on_most() {
        Predictor control = MODELS.find("bull_specialist").orElseThrow();
        Predictor treatment = MODELS.find("bull_specialist_v2").orElseThrow();
        Set<String> chosen = new HashSet<>();
        int agreed = 0;
        for (Features day : days) {
            String one = answer(ask(control, day, Variant.CONTROL)).action();
            String other = answer(ask(treatment, day, Variant.TREATMENT)).action();
            chosen.add(one);
            agreed += one.equals(other) ? 1 : 0;
        }

        assertEquals(Set.copyOf(Actions.USUAL.names()), chosen);
        double agreement = (double) agreed / days.size();
        assertTrue(agreement >= 0.80 && agreement <= 0.97, () -> "agreement " + agreement);
    }

    private static CompletableFuture<Outcome> ask(Predictor model, Features day, Variant role) {
        return model.predict(day, role, DEADLINE).subscribeAsCompletionStage();
    }

    private static Answer answer(CompletableFuture<Outcome> asked) {
        return assertInstanceOf(Outcome.Answered.class, PoolFixture.get(asked)).answer();
    }

    private static Features features(String line) {
        List<String> fields = Arrays.asList(line.split(","));
        List<String> numbers = fields.subList(fields.size() - 43, fields.size());
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(numbers.get(i));
        }
        return Features.of(values);
    }
}
