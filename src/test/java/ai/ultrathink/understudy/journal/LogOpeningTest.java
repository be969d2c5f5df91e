package ai.ultrathink.understudy.journal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogOpeningTest {

    @TempDir
    Path directory;

    private Path path = Path.of("");
    private final List<SegmentedLog> opened = new CopyOnWriteArrayList<>();
    private LogOpening opening = opening(Path.of(""));

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
        Files.createFile(path);
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
        Files.createFile(path);
        opening.start();
        opening.stop();
        Files.delete(path);

        Logs.open(path).close();
        assertEquals(0, opened.size());
    }

    private LogOpening opening(Path where) {
        return new LogOpening(where, () -> Logs.open(where), Duration.ofMillis(5), opened::add);
    }
}
