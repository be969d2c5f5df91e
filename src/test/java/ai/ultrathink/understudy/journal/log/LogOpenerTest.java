package ai.ultrathink.understudy.journal.log;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogOpenerTest {

    @TempDir
    Path directory;

    private Path path = Path.of("");
    private final List<SegmentedLog> opened = new CopyOnWriteArrayList<>();
    private LogOpener opening = opening(Path.of(""));

    @BeforeEach
    void name_a_directory() {
        path = directory.resolve("journal");
        opening = opening(path);
    }

    @AfterEach
    void stop() {
        opening.stop();
    }

    @Test
    void a_directory_that_can_be_used_is_used_from_the_start() {
        opening.start();

        assertEquals(1, opened.size());
    }

    @Test
    void a_directory_that_cannot_be_used_is_used_when_it_can_be() throws IOException {
        obstruct();
        opening.start();
        assertEquals(0, opened.size());

        Files.delete(path);

        await().until(() -> opened.size() == 1);
        assertEquals(AppendOutcome.APPENDED, Logs.append(opened.getFirst(), "a"));
    }

    @Test
    void a_log_that_another_has_open_is_taken_over_with_its_records_when_it_is_given_up() throws IOException {
        SegmentedLog other = Logs.open(path);
        Logs.append(other, "a");
        opening.start();
        assertEquals(0, opened.size());

        other.close();

        await().until(() -> opened.size() == 1);
        assertEquals(List.of("a"), Logs.read(opened.getFirst()));
    }

    @Test
    void stopping_closes_the_log() throws IOException {
        opening.start();
        assertThrows(UnusableLogException.class, () -> Logs.open(path).close());

        opening.stop();

        Logs.open(path).close();
    }

    @Test
    void nothing_is_opened_after_the_stop() throws IOException {
        obstruct();
        opening.start();
        opening.stop();
        Files.delete(path);

        Logs.open(path).close();
        assertEquals(0, opened.size());
    }

    @Test
    void a_disk_that_hangs_at_the_start_is_waited_for_no_longer_than_allowed_and_used_when_it_answers() {
        CountDownLatch hangs = new CountDownLatch(1);
        opening = opening(
                path,
                () -> {
                    awaitQuietly(hangs);
                    return Logs.open(path);
                },
                Duration.ofMillis(20));

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> opening.start());
        assertEquals(0, opened.size());

        hangs.countDown();

        await().until(() -> opened.size() == 1);
        assertEquals(AppendOutcome.APPENDED, Logs.append(opened.getFirst(), "a"));
    }

    @Test
    void a_disk_that_hangs_at_the_stop_is_waited_for_no_longer_than_allowed_and_let_go_when_it_answers() {
        CountDownLatch hangs = new CountDownLatch(1);
        opening = opening(
                path,
                () -> {
                    awaitQuietly(hangs);
                    return Logs.open(path);
                },
                Duration.ofMillis(20));
        opening.start();

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> opening.stop());

        hangs.countDown();
        // nobody has it open any more
        await().ignoreException(UnusableLogException.class).until(() -> {
            Logs.open(path).close();
            return true;
        });
        assertEquals(0, opened.size());
        opening = opening(path);
    }

    @Test
    void a_file_where_the_folder_has_to_be_is_set_aside() throws IOException {
        Files.writeString(path, "somebody's notes");

        opening.start();

        assertEquals(1, opened.size());
        assertEquals("somebody's notes", Files.readString(directory.resolve("journal.damaged")));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A link to nowhere: no directory can be made there. */
    private void obstruct() throws IOException {
        Files.createSymbolicLink(path, directory.resolve("nowhere"));
    }

    private LogOpener opening(Path where) {
        return opening(where, () -> Logs.open(where), Duration.ofMinutes(1));
    }

    private LogOpener opening(Path where, LogOpener.Attempt attempt, Duration patience) {
        return new LogOpener(where, attempt, Duration.ofMillis(5), patience, opened::add);
    }
}
