package ai.ultrathink.understudy.http.report;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeStreamsTest {

    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration LASTS = Duration.ofMinutes(1);
    private static final int MOST = 3;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicReference<@Nullable Sight> sight = new AtomicReference<>(sight("first"));
    private final AtomicInteger looks = new AtomicInteger();
    private final ChangeStreams streams = new ChangeStreams(this::look, MOST, EVERY, meters);

    private Uni<Sight> look() {
        looks.incrementAndGet();
        Sight now = sight.get();
        return now == null
                ? Uni.createFrom().failure(new IllegalStateException("the database is away"))
                : Uni.createFrom().item(now);
    }

    private static Sight sight(String models) {
        return SightTest.sight(List.of(models));
    }

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void an_event_comes_at_each_look_even_if_nothing_has_changed() {
        Reader reader = new Reader();

        await().until(() -> reader.all().size() > 4);

        assertEquals(ChangesView.NOTHING, reader.all().getFirst());
        assertEquals(
                List.of(ChangesView.ANYTHING),
                reader.all().stream()
                        .filter(each -> !each.equals(ChangesView.NOTHING))
                        .toList(),
                "what changed before the first look is not known");
    }

    @Test
    void a_change_is_told_to_every_stream() {
        Reader one = new Reader();
        Reader other = new Reader();
        await().until(() -> one.all().contains(ChangesView.ANYTHING));

        sight.set(sight("second"));

        ChangesView changed = new ChangesView(List.of(), false, true);
        await().until(() -> one.all().contains(changed) && other.all().contains(changed));
    }

    @Test
    void readers_ask_for_themselves_while_it_cannot_be_read() {
        sight.set(null);

        Reader reader = new Reader();

        await().until(() -> Collections.frequency(reader.all(), ChangesView.ANYTHING) > 2);
    }

    @Test
    void without_a_stream_nothing_is_looked_at() {
        streams.changed();
        assertEquals(0, looks.get());
        Reader reader = new Reader();
        await().until(() -> looks.get() > 1);

        reader.leave();

        int soFar = looks.get();
        assertEquals(0, streams.open());
        streams.changed();
        assertEquals(soFar, looks.get());
    }

    @Test
    void above_the_bound_a_stream_is_refused_and_counted_until_another_ends() {
        List<Reader> readers = List.of(new Reader(), new Reader(), new Reader());

        assertTrue(streams.stream(LASTS).isEmpty());
        assertEquals(1, dropped("refused"));
        readers.getFirst().leave();
        assertTrue(streams.stream(LASTS).isPresent());
    }

    @Test
    void a_reader_that_takes_nothing_is_dropped_and_counted_and_the_others_are_not() {
        Reader quick = new Reader();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        streams.stream(LASTS).orElseThrow().subscribe().withSubscriber(new Idle(failure));

        await().until(() -> failure.get() instanceof BackPressureFailure);
        assertEquals(1, dropped("slow"));
        assertEquals(1, streams.open());
        assertFalse(quick.ended.get() > 0);
    }

    @Test
    void at_the_end_of_the_service_all_streams_end_and_no_other_begins() {
        Reader reader = new Reader();

        streams.close();

        assertEquals(1, reader.ended.get());
        assertEquals(0, streams.open());
        assertTrue(streams.stream(LASTS).isEmpty());
    }

    @Test
    void a_stream_ends_after_its_time_and_makes_room() {
        AtomicInteger ended = new AtomicInteger();

        streams.stream(Duration.ofMillis(50))
                .orElseThrow()
                .subscribe()
                .with(event -> {}, failure -> {}, ended::incrementAndGet);

        await().until(() -> ended.get() == 1 && streams.open() == 0);
    }

    private double dropped(String reason) {
        return ServiceMetric.CHANGE_STREAMS_DROPPED
                .counter(meters, "reason", reason)
                .count();
    }

    private final class Reader {

        private final List<ChangesView> heard = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger ended = new AtomicInteger();
        private final Cancellable stream = streams.stream(LASTS)
                .orElseThrow()
                .subscribe()
                .with(heard::add, failure -> ended.incrementAndGet(), ended::incrementAndGet);

        List<ChangesView> all() {
            synchronized (heard) {
                return List.copyOf(heard);
            }
        }

        void leave() {
            stream.cancel();
        }
    }

    /** Asks for no event. */
    private record Idle(AtomicReference<@Nullable Throwable> failure) implements Flow.Subscriber<ChangesView> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(ChangesView changes) {}

        @Override
        public void onError(Throwable failed) {
            failure.set(failed);
        }

        @Override
        public void onComplete() {}
    }
}
