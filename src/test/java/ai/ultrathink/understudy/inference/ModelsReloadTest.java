package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.inference.PoolFixture.ask;
import static ai.ultrathink.understudy.inference.PoolFixture.get;
import static ai.ultrathink.understudy.inference.PoolFixture.hold;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.Actions;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.inference.tensor.NetworkOutput;
import ai.ultrathink.understudy.inference.torch.TorchThread;
import ai.ultrathink.understudy.outcome.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("libtorch")
class ModelsReloadTest {

    @TempDir
    Path root;

    private final ManualTime time = new ManualTime();
    private final HangingNetwork hanging = new HangingNetwork();
    private FakeModelsDirectory directory = new FakeModelsDirectory(Path.of("."));
    private Models models = models(directory);

    @BeforeEach
    void start() {
        directory = new FakeModelsDirectory(root);
        models = models(directory);
        models.watchDeadlines();
    }

    @AfterEach
    void stop() {
        hanging.letGo();
        models.stop();
    }

    @Test
    void before_the_first_reload_nothing_is_loaded_and_nothing_is_dead() {
        assertFalse(models.loaded());
        assertTrue(models.alive());
        assertEquals(List.of(), models.names());
        assertTrue(models.find("bull").isEmpty());
    }

    @Test
    void folders_become_models_in_alphabetical_order() throws IOException {
        directory.put("bull", "7", new FakeNetwork());
        directory.put("bear", "1", new FakeNetwork());
        Files.createDirectories(root.resolve("replay"));
        Files.writeString(root.resolve("README.md"), "not a folder");

        List<ModelStatus> status = reload();

        assertEquals(List.of("bear", "bull"), models.names());
        String digest = new ModelFolder("bull", root.resolve("bull")).digest();
        assertEquals(
                new ModelStatus(
                        "bull",
                        "7",
                        3L,
                        1,
                        Actions.USUAL.names(),
                        time.now(),
                        ModelStatus.State.LOADED,
                        null,
                        digest,
                        "blocks of 64",
                        null),
                status.get(1));
        assertEquals(ModelStatus.State.IGNORED, status.get(2).state());
        assertEquals(3, status.size());
        assertTrue(models.loaded());
        assertTrue(models.alive());
        assertEquals(0.25f, hold(ask(find("bear"), Variant.CONTROL, 0.25f)));
    }

    @Test
    void a_folder_whose_name_is_no_model_name_is_listed_with_what_is_allowed() throws IOException {
        directory.put("bull bear", "1", new FakeNetwork());

        ModelStatus status = reload().getFirst();

        assertEquals(ModelStatus.State.FAILED, status.state());
        assertEquals("the folder's name: got \"bull bear\"; allowed: 1 to 255 of A-Z a-z 0-9 . _ -", status.reason());
        assertFalse(models.known("bull bear"));
    }

    @Test
    void an_unchanged_folder_is_not_loaded_again() throws IOException {
        FakeNetwork network = new FakeNetwork();
        directory.put("bull", "1", network);
        reload();
        Predictor before = find("bull");

        reload();

        assertSame(before, find("bull"));
        assertEquals(0, network.closed());
    }

    @Test
    void a_changed_folder_is_swapped_behind_the_predictor_that_callers_have() throws IOException {
        FakeNetwork old = new FakeNetwork();
        directory.put("bull", "1", old);
        reload();
        Predictor held = find("bull");

        directory.put("bull", "2", new FakeNetwork());
        reload();

        assertEquals("2", held.version());
        assertEquals(
                "2",
                assertInstanceOf(Outcome.Answered.class, get(ask(held, Variant.CONTROL, 0.5f)))
                        .version());
        awaitClosed(old);
    }

    @Test
    void a_reload_under_traffic_fails_no_request() throws Exception {
        directory.put("bull", "0", new FakeNetwork());
        reload();
        Predictor bull = find("bull");
        AtomicBoolean reloading = new AtomicBoolean(true);
        CompletableFuture<Integer> traffic = CompletableFuture.supplyAsync(() -> {
            int answered = 0;
            while (reloading.get() || answered < 100) {
                assertEquals(0.5f, hold(ask(bull, Variant.CONTROL, 0.5f)));
                answered++;
            }
            return answered;
        });

        for (int version = 1; version <= 10; version++) {
            directory.put("bull", String.valueOf(version), new FakeNetwork());
            reload();
        }
        reloading.set(false);

        assertTrue(traffic.get() >= 100);
        assertEquals("10", bull.version());
    }

    @Test
    void a_folder_that_no_longer_loads_is_stale_and_the_model_from_before_serves_on() throws IOException {
        directory.put("bull", "1", new FakeNetwork());
        reload();

        Files.writeString(root.resolve("bull").resolve("model.json"), "{");
        ModelStatus status = reload().getFirst();

        assertEquals(ModelStatus.State.STALE, status.state());
        assertEquals("1", status.version());
        assertEquals(0.5f, hold(ask(find("bull"), Variant.CONTROL, 0.5f)));
    }

    @Test
    void a_stale_model_is_loaded_again_when_its_folder_is_whole() throws IOException {
        directory.put("bull", "1", new FakeNetwork());
        reload();
        Files.delete(root.resolve("bull").resolve("model.pt"));
        assertEquals("model.pt is missing", reload().getFirst().reason());

        directory.put("bull", "2", new FakeNetwork());
        ModelStatus status = reload().getFirst();

        assertEquals(ModelStatus.State.LOADED, status.state());
        assertNull(status.reason());
        assertEquals("2", find("bull").version());
    }

    @Test
    void a_new_folder_that_does_not_load_is_reported_and_closed_and_the_others_serve() throws IOException {
        FakeNetwork wrong = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                return echo(new float[first.length + 1]);
            }
        };
        directory.put("broken", "1", wrong);
        directory.put("bull", "1", new FakeNetwork());

        ModelStatus broken = reload().getFirst();

        assertEquals(ModelStatus.State.FAILED, broken.state());
        assertEquals("output for a batch of 1 has shape [2, 3], expected [1, 3]", broken.reason());
        assertEquals(1, wrong.closed());
        assertEquals(List.of("bull"), models.names());
        assertTrue(models.known("broken"));
        assertFalse(models.known("bear"));
    }

    @Test
    void a_golden_answer_that_is_off_by_more_than_the_tolerance_refuses_the_folder() throws IOException {
        FakeNetwork off = new FakeNetwork() {
            @Override
            NetworkOutput answer(float[] first) {
                float[] shifted = new float[first.length];
                Arrays.fill(shifted, 0.2502f);
                return echo(shifted);
            }
        };
        directory.put("bull", "1", off);

        assertEquals(
                "golden answer [0] is 0.2502, model.json expects 0.25 within 1.0E-4",
                reload().getFirst().reason());
    }

    @Test
    void a_model_whose_folder_is_gone_is_retired() throws IOException {
        FakeNetwork network = new FakeNetwork();
        directory.put("bull", "1", network);
        reload();
        Predictor held = find("bull");

        directory.remove("bull");
        reload();

        assertTrue(models.find("bull").isEmpty());
        awaitClosed(network);
        assertEquals(new Outcome.Rejected("the model was removed"), get(ask(held, Variant.CONTROL, 0.5f)));
    }

    @Test
    void a_directory_that_is_gone_fails_the_reload_and_nothing_else() throws IOException {
        directory.put("bull", "1", new FakeNetwork());
        reload();
        Path elsewhere = root.resolveSibling(root.getFileName() + "-elsewhere");
        Files.move(root, elsewhere);
        try {
            assertThrows(UncheckedIOException.class, this::reload);
        } finally {
            Files.move(elsewhere, root);
        }

        assertEquals(0.5f, hold(ask(find("bull"), Variant.CONTROL, 0.5f)));
    }

    @Test
    void deadlines_pass_while_a_model_hangs() throws Exception {
        directory.put("hanging", "1", hanging);
        reload();
        CompletableFuture<Outcome> running = hang();
        CompletableFuture<Outcome> waiting = ask(find("hanging"), Variant.CONTROL, 0.5f);

        time.advance(PoolFixture.DEADLINE);

        assertEquals(new Outcome.TimedOut(100), get(running));
        assertEquals(new Outcome.TimedOut(100), get(waiting));
    }

    @Test
    void deadlines_pass_for_a_model_that_hangs_and_is_taken_away() throws Exception {
        directory.put("hanging", "1", hanging);
        reload();
        CompletableFuture<Outcome> running = hang();
        CompletableFuture<Outcome> waiting = ask(find("hanging"), Variant.CONTROL, 0.5f);
        directory.remove("hanging");
        reload();

        time.advance(PoolFixture.DEADLINE);

        assertEquals(new Outcome.TimedOut(100), get(running));
        assertInstanceOf(Outcome.Failure.class, get(waiting));
    }

    @Test
    void a_model_that_hangs_does_not_take_the_thread_that_replaces_its_own() throws Exception {
        directory.put("bull", "1", new FakeNetwork());
        directory.put("hanging", "1", hanging);
        reload();
        CompletableFuture<Outcome> running = hang();
        HangingNetwork other = new HangingNetwork();
        directory.put("other", "1", other);
        reload();
        other.hang();
        CompletableFuture<Outcome> second = ask(find("other"), Variant.CONTROL, 0.5f);
        other.awaitEntered();
        try {
            time.advance(Duration.ofSeconds(2));
            await().until(() -> models.stuckThreads() == 2);

            assertEquals(0.5f, hold(ask(find("bull"), Variant.CONTROL, 0.5f)));
            assertEquals(new Outcome.TimedOut(100), get(running));
            assertEquals(new Outcome.TimedOut(100), get(second));
            assertTrue(models.alive());
        } finally {
            other.letGo();
        }
    }

    @Test
    void a_caller_that_breaks_when_its_time_is_over_does_not_stop_the_clock_for_others() throws Exception {
        directory.put("hanging", "1", hanging);
        reload();
        CompletableFuture<Outcome> running = hang();
        BreakingCaller.ask(find("hanging"));
        time.advance(PoolFixture.DEADLINE);
        assertEquals(new Outcome.TimedOut(100), get(running));
        CompletableFuture<Outcome> later = ask(find("hanging"), Variant.CONTROL, 0.5f);

        time.advance(PoolFixture.DEADLINE);

        assertEquals(new Outcome.TimedOut(100), get(later));
    }

    @Test
    void a_model_that_hangs_while_it_is_loaded_keeps_no_other_from_being_loaded() throws Exception {
        models = impatient();
        directory.put("bull", "1", new FakeNetwork());
        directory.put("a_model", "1", hanging);
        hanging.hang();

        List<ModelStatus> status = reload();

        assertEquals(ModelStatus.State.LOADED, status.getLast().state());
        assertEquals(
                "has not loaded and answered its golden question within 2000 ms; a model that needs longer needs another"
                        + " UNDERSTUDY_INFERENCE_LOAD_WITHIN",
                status.getFirst().reason());
        assertEquals(0.5f, hold(ask(find("bull"), Variant.CONTROL, 0.5f)));
        assertEquals(1, models.stuckThreads());
    }

    @Test
    void what_hung_while_it_was_loaded_costs_one_thread_and_is_tried_again_when_that_has_come_back() throws Exception {
        hangWhileLoading();

        assertEquals(
                "still hangs in an earlier attempt to load it; change the folder, or restart",
                reload().getFirst().reason());
        assertEquals(1, models.stuckThreads());

        hanging.letGo();
        await().until(() -> models.stuckThreads() == 0);

        awaitClosed(hanging);
        directory.put("hanging", "1", new FakeNetwork());
        assertEquals(ModelStatus.State.LOADED, reload().getFirst().state());
    }

    @Test
    void another_version_of_what_hung_is_loaded() throws Exception {
        hangWhileLoading();

        directory.put("hanging", "2", new FakeNetwork());

        assertEquals("2", reload().getFirst().version());
    }

    private void hangWhileLoading() throws IOException {
        models = impatient();
        directory.put("hanging", "1", hanging);
        hanging.hang();
        reload();
    }

    /** A thread has answered a moment before it lets go of the network. */
    private static void awaitClosed(FakeNetwork network) {
        await().until(() -> network.closed() == 1);
    }

    /** Once libtorch is loaded, two seconds are long for a model of three weights. */
    private Models impatient() {
        models.stop();
        TorchThread.prepareCurrent().close();
        return new Models(
                QuickInference.directory(root),
                new QuickInference(64, 4_096, 16, Duration.ofSeconds(2)),
                directory,
                time);
    }

    private CompletableFuture<Outcome> hang() throws InterruptedException {
        hanging.hang();
        CompletableFuture<Outcome> running = ask(find("hanging"), Variant.CONTROL, 0.5f);
        hanging.awaitEntered();
        return running;
    }

    private Models models(FakeModelsDirectory directory) {
        return new Models(QuickInference.directory(directory.root()), new QuickInference(), directory, time);
    }

    private List<ModelStatus> reload() {
        return models.reload().await().atMost(Duration.ofSeconds(30));
    }

    private Predictor find(String name) {
        return models.find(name).orElseThrow();
    }
}
