package ai.ultrathink.understudy.journal;

import static ai.ultrathink.understudy.journal.Observations.requests;
import static ai.ultrathink.understudy.journal.QuickJournal.BUFFER;
import static ai.ultrathink.understudy.journal.QuickJournal.MAX_BATCH;
import static ai.ultrathink.understudy.journal.QuickJournal.NEVER;
import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.journal.log.AppendOutcome;
import ai.ultrathink.understudy.journal.log.Logs;
import ai.ultrathink.understudy.journal.log.SegmentedLog;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.storage.db.AwayDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalWriterTest {

    @TempDir
    Path directory;

    private final FakeSink sink = new FakeSink();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final StillTime time = new StillTime();
    private final ObservationCodec codec = new ObservationCodec();
    private EntryBuffer entries = new EntryBuffer(1_000);
    private Optional<JournalWriter> writer = Optional.empty();

    @BeforeEach
    void keepOnDisk() throws IOException {
        entries = onDisk(Logs.open(directory));
    }

    @AfterEach
    void stop() {
        writer.ifPresent(JournalWriter::stop);
    }

    @Test
    void a_buffers_worth_is_written_at_once() {
        JournalWriter writer = writer(NEVER, 1);

        append(writer, 0, BUFFER);

        await().until(() -> sink.requests().equals(requests(BUFFER)));
        assertEquals(List.of(BUFFER), sink.batchSizes());
        await().until(() -> written() == BUFFER);
    }

    @Test
    void less_than_a_buffers_worth_is_written_after_a_while() {
        JournalWriter writer = writer(Duration.ofMillis(5), 1);

        append(writer, 0, 2);

        await().until(() -> sink.requests().equals(requests(2)));
    }

    @Test
    void what_gathers_meanwhile_goes_in_order_in_batches_up_to_the_bound() {
        sink.hold();
        JournalWriter writer = writer(NEVER, 1);
        append(writer, 0, BUFFER);
        await().until(() -> sink.held() == 1);
        append(writer, BUFFER, 25);

        sink.releaseAll();
        get(writer.flush());

        assertEquals(requests(25), sink.requests());
        assertEquals(List.of(BUFFER, MAX_BATCH, MAX_BATCH, 4), sink.batchSizes());
    }

    @Test
    void no_more_batches_are_under_way_than_allowed() {
        sink.hold();
        JournalWriter writer = writer(NEVER, 3);

        append(writer, 0, 100);
        CompletableFuture<Void> flush = flush(writer);

        await().until(() -> sink.held() == 3);
        // the writer's thread has seen the flush when it has seen a second one after it
        sink.release(0);
        await().until(() -> sink.held() == 3);
        assertEquals(4, sink.batchSizes().size());
        sink.releaseAll();
        get(flush);
        assertEquals(100, sink.requests().size());
    }

    @Test
    void a_database_that_is_away_is_tried_until_it_is_back_and_nothing_is_lost() {
        sink.answer(batch -> Uni.createFrom().failure(AwayDatabase.failure()));
        JournalWriter writer = writer(NEVER, 3);
        append(writer, 0, 50);
        await().until(() -> sink.batchSizes().size() > 9);
        assertEquals(List.of(), sink.requests());

        sink.answer(sink::store);
        get(writer.flush());

        assertEquals(50, sink.requests().size());
        assertEquals(new TreeSet<>(requests(50)), new TreeSet<>(sink.requests()));
        assertEquals(50, written());
    }

    @Test
    void a_row_that_the_database_will_not_have_does_not_keep_the_others_out() {
        sink.answer(batch -> batch.stream().anyMatch(row -> row.requestId().equals("r-3"))
                ? Uni.createFrom().failure(new IllegalStateException("check constraint"))
                : sink.store(batch));
        JournalWriter writer = writer(NEVER, 1);

        append(writer, 0, 10);
        get(writer.flush());

        assertEquals(
                requests(10).stream().filter(request -> !request.equals("r-3")).toList(), sink.requests());
        assertEquals(9, written());
        assertEquals(1, refused("t", "invalid"));
    }

    @Test
    void a_database_that_goes_away_while_a_bad_row_is_sought_is_waited_for() {
        AtomicBoolean away = new AtomicBoolean(true);
        sink.answer(batch -> {
            if (batch.stream().anyMatch(row -> row.requestId().equals("r-3"))) {
                return Uni.createFrom().failure(new IllegalStateException("check constraint"));
            }
            return away.getAndSet(false) ? Uni.createFrom().failure(AwayDatabase.failure()) : sink.store(batch);
        });
        JournalWriter writer = writer(NEVER, 1);

        append(writer, 0, 5);
        get(writer.flush());

        assertEquals(List.of("r-0", "r-1", "r-2", "r-4"), sink.requests());
    }

    @Test
    void a_sink_that_throws_instead_of_failing_does_not_stop_the_writer() {
        sink.answer(batch -> {
            throw new IllegalArgumentException("no such column");
        });
        JournalWriter writer = writer(NEVER, 1);
        append(writer, 0, 3);
        get(writer.flush());
        sink.answer(sink::store);

        append(writer, 3, 5);
        get(writer.flush());

        assertEquals(List.of("r-3", "r-4"), sink.requests());
        assertEquals(3, refused("t", "invalid"));
    }

    @Test
    void rows_that_were_there_already_are_not_counted_as_written_again() {
        sink.answer(batch -> sink.store(batch).replaceWith(2));
        JournalWriter writer = writer(NEVER, 1);

        append(writer, 0, 5);
        get(writer.flush());

        assertEquals(2, written());
    }

    @Test
    void a_flush_of_nothing_ends() {
        get(writer(NEVER, 3).flush());
    }

    @Test
    void a_flush_ends_only_when_everything_before_it_is_stored() {
        assertFlushWaitsForTheOldestBatch();
    }

    @Test
    void a_flush_ends_only_when_everything_before_it_is_stored_even_without_a_disk() {
        entries = new EntryBuffer(1_000);
        assertFlushWaitsForTheOldestBatch();
    }

    private void assertFlushWaitsForTheOldestBatch() {
        sink.hold();
        JournalWriter writer = writer(NEVER, 3);
        append(writer, 0, BUFFER);
        await().until(() -> sink.held() == 1);
        append(writer, BUFFER, 2 * BUFFER);
        CompletableFuture<Void> flush = flush(writer);
        await().until(() -> sink.held() == 2);

        sink.release(1);
        // when a further batch begins, what became of the second one is known
        append(writer, 2 * BUFFER, 3 * BUFFER);
        await().until(() -> sink.held() >= 2);

        assertFalse(flush.isDone());
        sink.releaseAll();
        get(flush);
    }

    @Test
    void a_flush_does_not_wait_for_what_came_after_it() {
        sink.hold();
        JournalWriter writer = writer(NEVER, 2);
        append(writer, 0, BUFFER);
        CompletableFuture<Void> flush = flush(writer);
        await().until(() -> sink.held() == 1);
        append(writer, BUFFER, 2 * BUFFER);
        await().until(() -> sink.held() == 2);

        sink.release(0);

        get(flush);
    }

    @Test
    void flushes_at_the_same_time_all_end() {
        JournalWriter writer = writer(NEVER, 3);
        append(writer, 0, 3);
        List<CompletableFuture<Void>> flushes =
                IntStream.range(0, 10).mapToObj(i -> flush(writer)).toList();

        flushes.forEach(JournalWriterTest::get);

        assertEquals(requests(3), sink.requests());
    }

    @Test
    void a_shadow_is_one_row_with_its_treatment() {
        JournalWriter writer = writer(NEVER, 3);
        append(writer, new Entry.Opened(Observations.shadow(0)));
        append(writer, new Entry.Whole(Observations.split(1)));
        append(writer, new Entry.Closed(Observations.shadow(0).rowId(), Variant.TREATMENT, new Outcome.TimedOut(200)));

        get(writer.flush());

        assertEquals(
                List.of(
                        Observations.split(1),
                        Observations.shadow(0).with(Variant.TREATMENT, new Outcome.TimedOut(200))),
                sink.stored());
    }

    @Test
    void a_shadow_that_nobody_closes_is_stored_without_a_treatment_after_a_while() {
        JournalWriter writer = writer(Duration.ofMillis(5), 3);
        append(writer, new Entry.Opened(Observations.shadow(0)));
        CompletableFuture<Void> flush = flush(writer);
        append(writer, new Entry.Whole(Observations.split(1)));
        await().until(() -> sink.stored().contains(Observations.split(1)));
        assertFalse(flush.isDone());

        time.advance(Duration.ofSeconds(70));

        get(flush);
        assertEquals(List.of(Observations.split(1), Observations.shadow(0)), sink.stored());
    }

    @Test
    void after_a_restart_what_was_not_stored_is_stored_shadows_of_the_dead_process_included() throws IOException {
        SegmentedLog log = Logs.open(directory.resolve("killed"));
        entries = onDisk(log);
        put(new Entry.Opened(Observations.shadow(0)));
        put(new Entry.Whole(Observations.split(1)));
        log.close();
        entries = onDisk(Logs.open(directory.resolve("killed")));

        JournalWriter writer = writer(Duration.ofMillis(5), 3);
        append(writer, 2, 3);
        get(writer.flush());

        assertEquals(3, sink.stored().size());
        assertEquals(new TreeSet<>(requests(3)), new TreeSet<>(sink.requests()));
    }

    @Test
    void after_the_stop_nothing_is_tried_any_more_and_no_row_is_taken_for_refused() {
        sink.hold();
        JournalWriter writer = writer(NEVER, 2);
        append(writer, 0, BUFFER);
        await().until(() -> sink.held() == 1);

        writer.stop();

        assertEquals(1, sink.abandoned());
        assertEquals(0, refused("t", "invalid"));
        assertEquals(BUFFER, entries.pending());
    }

    @Test
    void an_entry_that_cannot_be_read_is_counted_and_left_out() {
        JournalWriter writer = writer(NEVER, 3);
        entries.append(new byte[] {99}, 1);
        entries.append(new byte[] {1, 2}, 2);
        append(writer, 0, 2);

        get(writer.flush());

        assertEquals(requests(2), sink.requests());
        assertEquals(2, refused("unknown", "unreadable"));
    }

    @Test
    void an_entry_that_decodes_to_nonsense_is_counted_and_left_out() {
        // a text of negative length
        ByteBuffer nonsense = ByteBuffer.allocate(64).put((byte) 1);
        nonsense.putShort(1 + 16 + 8, (short) -1);
        JournalWriter writer = writer(NEVER, 3);
        entries.append(nonsense.array(), nonsense.capacity());
        append(writer, 0, 2);

        get(writer.flush());

        assertEquals(requests(2), sink.requests());
        assertEquals(1, refused("unknown", "unreadable"));
    }

    @Test
    void a_fault_in_one_tick_does_not_cancel_the_next() {
        JournalWriter writer = writer(Duration.ofMillis(5), 3);

        time.breakOnce();
        await().until(() -> !time.isBroken());
        append(writer, 0, 2);

        await().until(() -> sink.requests().equals(requests(2)));
    }

    @Test
    void a_flush_waits_for_open_shadows_without_a_disk_as_well() {
        entries = new EntryBuffer(1_000);
        JournalWriter writer = writer(Duration.ofMillis(5), 3);
        append(writer, new Entry.Opened(Observations.shadow(0)));
        CompletableFuture<Void> flush = flush(writer);
        append(writer, new Entry.Whole(Observations.split(1)));
        await().until(() -> sink.stored().contains(Observations.split(1)));
        assertFalse(flush.isDone());

        append(writer, new Entry.Closed(Observations.shadow(0).rowId(), Variant.TREATMENT, new Outcome.TimedOut(200)));

        get(flush);
        assertEquals(2, sink.stored().size());
    }

    @Test
    void a_shadow_whose_two_entries_went_to_memory_and_to_disk_is_one_row_either_way_round() throws IOException {
        entries = new EntryBuffer(1_000);
        JournalWriter writer = writer(NEVER, 3);
        put(new Entry.Opened(Observations.shadow(0)));
        entries.attach(Logs.open(directory.resolve("later")));
        put(new Entry.Closed(Observations.shadow(0).rowId(), Variant.TREATMENT, new Outcome.TimedOut(200)));

        get(writer.flush());

        assertEquals(List.of(Observations.shadow(0).with(Variant.TREATMENT, new Outcome.TimedOut(200))), sink.stored());
    }

    @Test
    void what_an_earlier_process_left_is_stored_when_the_log_is_there_though_late() throws IOException {
        try (SegmentedLog earlier = Logs.open(directory.resolve("late"))) {
            entries = onDisk(earlier);
            put(new Entry.Opened(Observations.shadow(0)));
            put(new Entry.Whole(Observations.split(1)));
        }
        entries = new EntryBuffer(1_000);
        JournalWriter writer = writer(Duration.ofMillis(5), 3);
        append(writer, 2, 3);

        entries.attach(Logs.open(directory.resolve("late")));

        await().until(() -> sink.stored().size() == 3);
        assertEquals(new TreeSet<>(requests(3)), new TreeSet<>(sink.requests()));
        await().until(() -> entries.pending() == 0);
    }

    private static EntryBuffer onDisk(SegmentedLog log) {
        EntryBuffer made = new EntryBuffer(1_000);
        made.attach(log);
        return made;
    }

    private JournalWriter writer(Duration flushEvery, int inFlight) {
        JournalWriter made = new JournalWriter(
                entries,
                new ResultDelivery(sink, Duration.ofMillis(2), meters),
                new QuickJournal(flushEvery, inFlight),
                time,
                new RejectedEntries(meters));
        writer = Optional.of(made);
        made.start();
        // the first tick comes at once; what a test appends shall find it over
        get(made.flush());
        return made;
    }

    private void append(JournalWriter writer, int from, int to) {
        for (int number = from; number < to; number++) {
            append(writer, new Entry.Whole(Observations.split(number)));
        }
    }

    private void append(JournalWriter writer, Entry entry) {
        put(entry);
        writer.appended();
    }

    private void put(Entry entry) {
        assertEquals(AppendOutcome.APPENDED, entries.append(codec.bytes(), codec.encode(entry)));
    }

    private double written() {
        return meters.counter("understudy.journal.written").count();
    }

    private double refused(String test, String reason) {
        return meters.counter("understudy.journal.refused", "test", test, "reason", reason)
                .count();
    }

    private static CompletableFuture<Void> flush(JournalWriter writer) {
        return writer.flush().subscribeAsCompletionStage();
    }

    private static void get(Uni<Void> flush) {
        get(flush.subscribeAsCompletionStage());
    }

    private static void get(CompletableFuture<Void> flush) {
        flush.orTimeout(30, TimeUnit.SECONDS).join();
    }
}
