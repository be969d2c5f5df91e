package ai.ultrathink.understudy.inference.worker;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.experiment.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes, without libtorch. */
@Timeout(120)
class WorkerLauncherTest {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    /** A thousand take some minutes: {@code -Dunderstudy.deaths=1000}. */
    private static final int DEATHS = Integer.getInteger("understudy.deaths", 10);

    private final List<WorkerReply> replies = new CopyOnWriteArrayList<>();
    private final List<WorkerEnd> ends = new CopyOnWriteArrayList<>();
    private final WorkerLife.Listener listener = new WorkerLife.Listener() {
        @Override
        public void replied(WorkerLife life, WorkerReply reply) {
            replies.add(reply);
        }

        @Override
        public void ended(WorkerLife life, WorkerEnd end) {
            ends.add(end);
        }
    };

    @Test
    void deaths_leave_no_descriptor_no_thread_no_file_and_no_process() throws IOException {
        WorkerLauncher launcher = launcher("sound");
        kill(launcher);
        long descriptors = descriptors();
        List<Path> files = temporary();

        for (int death = 0; death < DEATHS; death++) {
            kill(launcher);
        }

        assertEquals(DEATHS + 1, ends.size());
        assertEquals("sigkill", ends.getLast().kind());
        await("the threads of the lives end")
                .atMost(WITHIN)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("worker-")));
        await("their descriptors are closed").atMost(WITHIN).until(() -> descriptors() <= descriptors + 2);
        List<Path> left = new ArrayList<>(temporary());
        left.removeAll(files);
        // workers of another process of this machine may be starting, and their files go soon
        await("their files are deleted")
                .atMost(WITHIN)
                .until(() -> left.stream().noneMatch(Files::exists));
        assertEquals(
                0,
                ProcessHandle.current()
                        .children()
                        .filter(ProcessHandle::isAlive)
                        .count());
    }

    @Test
    void passes_and_loads_are_replied_to() throws IOException {
        try (WorkerLife life = launcher("sound").launch(listener)) {
            life.send(new WorkerRequest.Load(1, 1, "bull", "/models/bull", "", 64, 1, 0, 0));
            life.send(new WorkerRequest.Pass(2, 1, 2, 4, FloatBuffer.allocate(8)));
            life.send(new WorkerRequest.Ping(3));
            await().atMost(WITHIN).until(() -> replies.size() == 3);
            assertTrue(replies.contains(new WorkerReply.Loaded(1, 1, 64, "")), replies::toString);
            assertTrue(replies.contains(new WorkerReply.Pong(3)), replies::toString);
            assertTrue(life.residentBytes().orElseThrow() > 1 << 20);
        }
        await().atMost(WITHIN).until(() -> ends.size() == 1);
        assertEquals(WorkerEnd.STOPPED, ends.getFirst().kind());
    }

    @ParameterizedTest
    @CsvSource({"half, exit", "huge, socket"})
    void a_frame_that_cannot_be_ends_the_worker(String mode, String kind) throws IOException {
        WorkerLife life = launcher(mode).launch(listener);

        await().atMost(WITHIN).until(() -> !ends.isEmpty());
        assertTrue(List.of(kind, "exit").contains(ends.getFirst().kind()), ends::toString);
        assertEquals(List.of(), replies);
        assertEquals(ends.getFirst(), life.ended());
        await().atMost(WITHIN).until(() -> ProcessHandle.of(life.pid()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "other | the worker is of another release; restart the service",
                "deaf  | the worker did not connect: it ended with exit code 7"
            })
    void a_worker_that_does_not_start_is_refused_with_the_reason(String mode, String reason) {
        IOException refused =
                assertThrows(IOException.class, () -> launcher(mode).launch(listener));

        assertEquals(reason, refused.getMessage());
    }

    @Test
    void a_program_that_is_not_there_is_refused() {
        WorkerLauncher launcher =
                new WorkerLauncher(new WorkerProgram(List.of("/no/such/program")), 1, WITHIN, new ManualTime());

        assertThrows(IOException.class, () -> launcher.launch(listener));
    }

    private static WorkerLauncher launcher(String mode) {
        return new WorkerLauncher(FakeWorker.program(mode), 1, WITHIN, new ManualTime());
    }

    private void kill(WorkerLauncher launcher) throws IOException {
        int before = ends.size();
        WorkerLife life = launcher.launch(listener);
        ProcessHandle.of(life.pid()).orElseThrow().destroyForcibly();
        await().atMost(WITHIN).until(() -> ends.size() > before);
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> temporary() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith("understudy-worker"))
                    .sorted()
                    .toList();
        }
    }
}
