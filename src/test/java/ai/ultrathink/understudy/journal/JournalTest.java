package ai.ultrathink.understudy.journal;

import static ai.ultrathink.understudy.journal.Observations.requests;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal as its users see it, on a disk that fails. */
class JournalTest {

    private static final QuickJournal CONFIG = new QuickJournal(Duration.ofMillis(5), 2);

    @TempDir
    Path directory;

    private Path path = Path.of("");
    private final FakeSink sink = new FakeSink();
    private final StillTime time = new StillTime();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** Its first use sets it up, and two threads at once would do that twice. */
    @BeforeAll
    static void use_mutiny_once() {
        Uni.createFrom().voidItem().await().indefinitely();
    }

    @BeforeEach
    void nameDirectory() {
        path = directory.resolve("journal");
    }

    @AfterEach
    void goOn() {
        sink.releaseAll();
    }

    @Test
    void without_a_disk_rows_are_stored_all_the_same_and_the_metric_says_that_they_are_at_risk() throws IOException {
        obstruct();
        Journal journal = journal();
        assertEquals(1, degraded());

        appendTo(journal, 0, 20);
        flush(journal);

        assertEquals(new TreeSet<>(requests(20)), new TreeSet<>(sink.requests()));
        journal.stop(new ShutdownEvent());
    }

    @Test
    void the_log_is_used_as_soon_as_its_directory_can_be() throws IOException {
        obstruct();
        Journal journal = journal();
        appendTo(journal, 0, 3);

        Files.delete(path);

        await().until(() -> degraded() == 0);
        sink.hold();
        appendTo(journal, 3, 6);
        journal.stop(new ShutdownEvent());
        sink.releaseAll();
        Journal next = journal();
        flush(next);
        assertEquals(new TreeSet<>(requests(6)), new TreeSet<>(sink.requests()));
        next.stop(new ShutdownEvent());
    }

    @Test
    void with_neither_disk_nor_memory_nor_database_entries_are_refused_and_counted() throws IOException {
        obstruct();
        sink.hold();
        Journal journal = journal();
        appendTo(journal, 0, 40);
        // the writer reads no more while it has as many batches under way as it may
        await().until(() -> sink.held() == CONFIG.inFlight());
        int kept = 40;
        while (refused("io_error") == 0) {
            journal.append(Observations.split(kept++));
        }

        journal.append(Observations.split(kept));
        journal.open(Observations.shadow(kept));
        journal.close(Observations.shadow(kept).rowId(), "t", Variant.TREATMENT, new Outcome.TimedOut(200));

        // a row that is missing is counted once, not again when its second model is done
        assertEquals(3, refused("io_error"));
        assertEquals(0, outcomesRefused("io_error"));
        sink.releaseAll();
        flush(journal);
        assertEquals(new TreeSet<>(requests(kept - 1)), new TreeSet<>(sink.requests()));
        journal.append(Observations.split(kept));
        flush(journal);
        assertEquals(kept, sink.requests().size());
        journal.stop(new ShutdownEvent());
    }

    @Test
    void a_row_whose_second_outcome_alone_is_refused_is_stored_and_the_outcome_is_counted() throws IOException {
        obstruct();
        sink.hold();
        Journal journal = journal();
        appendTo(journal, 0, 40);
        await().until(() -> sink.held() == CONFIG.inFlight());
        int next = 40;
        journal.open(Observations.shadow(next++));
        while (refused("io_error") == 0) {
            journal.append(Observations.split(next++));
        }

        journal.close(Observations.shadow(40).rowId(), "t", Variant.TREATMENT, new Outcome.TimedOut(200));

        assertEquals(1, refused("io_error"));
        assertEquals(1, outcomesRefused("io_error"));
        sink.releaseAll();
        // there is room again, and what is open can be stored before the end
        await().until(() -> {
            double before = outcomesRefused("io_error");
            journal.close(Observations.shadow(40).rowId(), "t", Variant.TREATMENT, new Outcome.TimedOut(200));
            return outcomesRefused("io_error") == before;
        });
        journal.stop(new ShutdownEvent());
    }

    @Test
    void an_observation_of_unheard_of_length_is_refused_and_counted() {
        Journal journal = journal();
        Observation usual = Observations.split(0);

        journal.append(new Observation(
                usual.rowId(),
                usual.time(),
                "t",
                1,
                "r".repeat(10_000),
                usual.unitId(),
                usual.symbol(),
                usual.assigned(),
                null,
                null,
                null,
                null,
                null));

        assertEquals(1, refused("too_large"));
        appendTo(journal, 1, 2);
        flush(journal);
        assertEquals(1, sink.stored().size());
        journal.stop(new ShutdownEvent());
    }

    /** A link to nowhere: no directory can be made there. */
    private void obstruct() throws IOException {
        Files.createSymbolicLink(path, directory.resolve("nowhere"));
    }

    private Journal journal() {
        return new Journal(path, CONFIG, sink, time, meters);
    }

    private static void appendTo(Journal journal, int from, int to) {
        for (int number = from; number < to; number++) {
            journal.append(Observations.split(number));
        }
    }

    private static void flush(Journal journal) {
        journal.flush()
                .subscribeAsCompletionStage()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private double degraded() {
        return meters.get("understudy.journal.degraded").gauge().value();
    }

    private double refused(String reason) {
        return meters.counter("understudy.journal.refused", "test", "t", "reason", reason)
                .count();
    }

    private double outcomesRefused(String reason) {
        return meters.counter("understudy.journal.outcomes.refused", "test", "t", "reason", reason)
                .count();
    }
}
