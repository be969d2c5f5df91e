package ai.ultrathink.understudy.inference;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.inference.worker.FakeWorker;
import ai.ultrathink.understudy.inference.worker.WorkerEnd;
import ai.ultrathink.understudy.inference.worker.WorkerLauncher;
import ai.ultrathink.understudy.inference.worker.WorkerLife;
import ai.ultrathink.understudy.inference.worker.WorkerReply;
import ai.ultrathink.understudy.inference.worker.WorkerRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service's side of a worker, with processes that do what no sound worker does. */
@Timeout(120)
class InWorkerTest {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    /** More than the buffers of a socket hold. */
    private static final int VERY_MANY = 20_000;

    private final ManualTime time = new ManualTime();

    @TempDir
    Path root = Path.of("");

    @Test
    void who_gives_a_version_back_never_waits_for_a_worker_that_does_not_read() throws IOException {
        ScriptedModel.write(root.resolve("bull"), ScriptedModel.SOUND);
        ModelFolder folder = new ModelFolder("bull", root.resolve("bull"));
        try (InWorker runtime = new InWorker(
                new QuickTreatment(),
                new QuickInference(),
                FakeWorker.program("full"),
                1,
                new WorkerMeters(new SimpleMeterRegistry()),
                outOfUse -> {},
                time)) {
            WorkerCopy copy = assertInstanceOf(WorkerLoad.Loaded.class, runtime.load(folder, folder.contents()))
                    .copy();

            for (int i = 0; i < VERY_MANY; i++) {
                runtime.unload(copy);
            }
        }
    }

    @Test
    void a_version_that_never_loads_is_refused_alone() throws IOException {
        ScriptedModel.write(root.resolve("stuck"), ScriptedModel.SOUND);
        ScriptedModel.write(root.resolve("sound"), ScriptedModel.SOUND);
        ModelFolder stuck = new ModelFolder("stuck", root.resolve("stuck"));
        ModelFolder sound = new ModelFolder("sound", root.resolve("sound"));
        try (InWorker runtime = new InWorker(
                new QuickTreatment(),
                new QuickInference(64, 4_096, 16, Duration.ofSeconds(2)),
                FakeWorker.program("sound"),
                1,
                new WorkerMeters(new SimpleMeterRegistry()),
                outOfUse -> {},
                time)) {
            for (int i = 0; i < 3; i++) {
                ModelRefusedException refused =
                        assertThrows(ModelRefusedException.class, () -> runtime.load(stuck, stuck.contents()));

                assertTrue(String.valueOf(refused.getMessage()).contains("model stuck#"), refused::toString);
                // at once, when the process that was killed may not have ended
                runtime.unload(assertInstanceOf(WorkerLoad.Loaded.class, runtime.load(sound, sound.contents()))
                        .copy());
            }
        }
    }

    @Test
    void a_version_that_is_given_back_while_a_new_worker_loads_it_does_not_stay_there() throws IOException {
        WorkerDeaths deaths = new WorkerDeaths(3, WITHIN.toNanos(), outOfUse -> {});
        WorkerVersions versions = new WorkerVersions(deaths, 64, WITHIN, time);
        WorkerCopy kept = versions.create(new ModelFolder("kept", root), "a");
        WorkerCopy dropped = versions.create(new ModelFolder("dropped", root), "b");
        List.of(kept, dropped).forEach(versions::keep);
        Queue<WorkerReply> replies = new ConcurrentLinkedQueue<>();
        WorkerLife.Listener listener = new WorkerLife.Listener() {
            @Override
            public void replied(WorkerLife life, WorkerReply reply) {
                versions.forget(dropped);
                if (!versions.replied(reply)) {
                    replies.add(reply);
                }
            }

            @Override
            public void ended(WorkerLife life, WorkerEnd end) {
                versions.ended(life, end);
            }
        };
        try (WorkerLife life = new WorkerLauncher(FakeWorker.program("sound"), 1, WITHIN, time).launch(listener)) {
            assertNull(versions.loadAll(life));

            assertInstanceOf(WorkerReply.Scores.class, pass(versions, life, kept, replies));
            await("it is freed")
                    .atMost(WITHIN)
                    .until(() -> pass(versions, life, dropped, replies) instanceof WorkerReply.Failed);
        }
        assertEquals(0, replies.size());
    }

    @Test
    void a_version_that_did_not_load_is_tried_again_after_longer_and_longer_pauses() throws IOException {
        WorkerVersions versions =
                new WorkerVersions(new WorkerDeaths(3, WITHIN.toNanos(), outOfUse -> {}), 64, WITHIN, time);
        WorkerCopy copy = versions.create(new ModelFolder("bull", root), "a");
        versions.keep(copy);
        WorkerLife.Listener listener = new WorkerLife.Listener() {
            @Override
            public void replied(WorkerLife life, WorkerReply reply) {
                versions.replied(reply);
            }

            @Override
            public void ended(WorkerLife life, WorkerEnd end) {
                versions.ended(life, end);
            }
        };
        WorkerLauncher launcher = new WorkerLauncher(FakeWorker.program("late"), 1, WITHIN, time);
        try (WorkerLife first = launcher.launch(listener);
                WorkerLife second = launcher.launch(listener)) {
            assertNull(versions.loadAll(first));
            assertEquals("it could not be loaded again: not yet", copy.missing());

            time.advance(Duration.ofSeconds(30));
            versions.loadLost(second);
            assertEquals("it could not be loaded again: not yet", copy.missing());

            time.advance(Duration.ofSeconds(59));
            assertNull(versions.loadAll(second));
            versions.loadLost(second);
            assertEquals("it could not be loaded again: not yet", copy.missing());

            time.advance(Duration.ofSeconds(1));
            versions.loadLost(second);
            assertNull(copy.missing());
        }
    }

    private static WorkerReply pass(
            WorkerVersions versions, WorkerLife life, WorkerCopy copy, Queue<WorkerReply> replies) {
        life.send(new WorkerRequest.Pass(versions.nextSequence(), copy.handle(), 1, 4, FloatBuffer.allocate(4)));
        return await().atMost(WITHIN).until(replies::poll, reply -> reply != null);
    }
}
