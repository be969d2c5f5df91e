package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.PoolFixture.ask;
import static ai.ultrathink.understudy.inference.PoolFixture.hold;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.experiment.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions beside the ones that serve. */
@Tag("libtorch")
class ModelsStageTest {

    private static final String OTHER = "0".repeat(64);

    @TempDir
    private Path root;

    private FakeModelsDirectory directory;
    private Models models;

    private final FakeNetwork first = new FakeNetwork();
    private final FakeNetwork second = new FakeNetwork();

    @BeforeEach
    void serve_the_first_version() throws IOException {
        directory = new FakeModelsDirectory(root);
        models = new Models(QuickInference.directory(root), new QuickInference(), directory, new ManualTime());
        directory.put("bull", "1", first);
        models.reload().await().atMost(Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        models.stop();
    }

    @Test
    void what_is_loaded_beside_a_version_answers_only_after_the_switch() throws IOException {
        directory.put("bull", "2", second);

        ModelInMemory bull = staged();

        assertEquals("1", version());
        assertEquals("1", Objects.requireNonNull(bull.serving()).version());
        ModelVersion ready = Objects.requireNonNull(bull.ready());
        assertEquals("2", ready.version());
        assertTrue(models.switchTo(ready));
        assertEquals("2", version());
        assertEquals(0.5f, hold(ask(find(), Variant.CONTROL, 0.5f)));
        await().until(() -> first.closed() == 1);
    }

    @Test
    void a_version_that_was_never_switched_to_is_freed() throws IOException {
        directory.put("bull", "2", second);
        staged();

        models.clear(Set.of());

        assertNull(bull().ready());
        await().until(() -> second.closed() == 1);
        assertEquals("1", version());
    }

    @Test
    void a_third_version_frees_the_second_which_never_answered() throws IOException {
        directory.put("bull", "2", second);
        staged();
        directory.put("bull", "3", new FakeNetwork());

        staged();

        await().until(() -> second.closed() == 1);
        assertEquals(0, first.closed());
    }

    @Test
    void a_folder_that_is_as_it_was_again_leaves_nothing_beside_it() throws IOException {
        String card = Files.readString(root.resolve("bull").resolve("model.json"));
        directory.put("bull", "2", second);
        staged();
        Files.writeString(root.resolve("bull").resolve("model.pt"), "1");
        Files.writeString(root.resolve("bull").resolve("model.json"), card);

        ModelInMemory bull = staged();

        assertNull(bull.ready());
        await().until(() -> second.closed() == 1);
    }

    @Test
    void a_version_that_is_not_here_takes_the_model_out_of_service() throws IOException {
        assertFalse(models.switchTo(new ModelVersion("bull", "2", OTHER)));

        assertTrue(models.find("bull").isEmpty());
        ModelStatus status = models.status().getFirst();
        assertEquals(ModelStatus.State.WITHHELD, status.state());
        assertEquals(
                "the fleet serves version #000000000000, which this replica does not have",
                Objects.requireNonNull(status.reason()));
        assertNull(status.digest());
        assertTrue(models.known("bull"));
    }

    @Test
    void what_was_taken_out_of_service_serves_when_its_version_is_here() throws IOException {
        models.switchTo(new ModelVersion("bull", "2", OTHER));
        directory.put("bull", "2", second);

        ModelVersion ready = Objects.requireNonNull(staged().ready());

        assertTrue(models.switchTo(ready));
        assertEquals("2", version());
    }

    @Test
    void what_was_taken_out_of_service_is_still_here_to_return_to() {
        ModelVersion before = Objects.requireNonNull(bull().serving());
        models.switchTo(new ModelVersion("bull", "2", OTHER));

        assertEquals(before, bull().ready());
        assertTrue(models.switchTo(before));
        assertEquals("1", version());
    }

    @Test
    void only_the_wanted_version_of_a_folder_is_loaded() throws IOException {
        directory.put("bull", "2", second);

        ModelInMemory waiting = looked(OTHER);

        assertNull(waiting.ready());
        assertEquals(List.of(), second.batches());
        String digest = Objects.requireNonNull(waiting.folder());
        assertEquals("2", Objects.requireNonNull(looked(digest).ready()).version());
    }

    @Test
    void a_wanted_version_that_does_not_load_says_why() throws IOException {
        directory.put("bull", "2", second);
        String card = Files.readString(root.resolve("bull").resolve("model.json"));
        Files.writeString(root.resolve("bull").resolve("model.json"), card.replace("0.25, 0.75", "0.5, 0.5"));
        String digest = Objects.requireNonNull(looked(OTHER).folder());

        ModelInMemory failed = looked(digest);

        assertNull(failed.ready());
        assertEquals("golden answer [0] is 0.25, model.json expects 0.5 within 1.0E-4", failed.problem());
        assertEquals("1", version());
    }

    @Test
    void a_new_name_answers_only_after_the_switch() throws IOException {
        directory.put("bear", "1", second);

        ModelInMemory bear =
                models.stage().await().atMost(Duration.ofSeconds(30)).getFirst();

        assertTrue(models.find("bear").isEmpty());
        assertTrue(models.switchTo(Objects.requireNonNull(bear.ready())));
        assertTrue(models.find("bear").isPresent());
    }

    @Test
    void a_new_name_that_is_never_switched_to_is_freed() throws IOException {
        directory.put("bear", "1", second);
        models.stage().await().atMost(Duration.ofSeconds(30));

        models.clear(Set.of());

        await().until(() -> second.closed() == 1);
        assertTrue(models.find("bear").isEmpty());
    }

    @Test
    void a_model_whose_folder_is_gone_serves_until_it_is_taken_away() throws IOException {
        directory.remove("bull");

        assertTrue(staged().gone());
        assertEquals(ModelStatus.State.STALE, models.status().getFirst().state());
        assertEquals(0.5f, hold(ask(find(), Variant.CONTROL, 0.5f)));

        models.remove("bull");

        assertTrue(models.find("bull").isEmpty());
        assertEquals(List.of(), models.status());
        await().until(() -> first.closed() == 1);
    }

    private ModelInMemory staged() {
        models.stage().await().atMost(Duration.ofSeconds(30));
        return bull();
    }

    private ModelInMemory looked(String digest) {
        models.stage(Map.of("bull", digest)).await().atMost(Duration.ofSeconds(30));
        return bull();
    }

    private ModelInMemory bull() {
        return models.inMemory().stream()
                .filter(model -> model.name().equals("bull"))
                .findFirst()
                .orElseThrow();
    }

    private String version() {
        return find().version();
    }

    private Predictor find() {
        return models.find("bull").orElseThrow();
    }
}
