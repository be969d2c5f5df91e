package ai.ultrathink.understudy.assignment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.change.Promotion;
import ai.ultrathink.understudy.experiment.ManualTime;
import ai.ultrathink.understudy.storage.experiment.CatalogVersion;
import ai.ultrathink.understudy.storage.experiment.LoadedCatalog;
import ai.ultrathink.understudy.storage.experiment.StoredCatalog;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CurrentCatalogTest {

    private static final Duration FENCE_AFTER = Duration.ofSeconds(30);

    private final ManualTime time = new ManualTime();
    private final CatalogLease lease = new CatalogLease(FENCE_AFTER, time);
    private final List<CompletableFuture<LoadedCatalog>> asked = new ArrayList<>();
    private final List<Long> inForce = new ArrayList<>();
    private CatalogVersion version = version(7);
    private final CurrentCatalog catalog = new CurrentCatalog(
            () -> Uni.createFrom().item(() -> version),
            known -> {
                CompletableFuture<LoadedCatalog> answer = new CompletableFuture<>();
                asked.add(answer);
                return Uni.createFrom().completionStage(answer);
            },
            time,
            lease,
            (silence, lifted) -> {},
            changed -> inForce.add(changed.version()));

    @Test
    void one_load_at_a_time_and_those_who_come_meanwhile_share_the_next() {
        CompletableFuture<Catalog> first = refresh();
        CompletableFuture<Catalog> second = refresh();
        CompletableFuture<Catalog> third = refresh();
        assertEquals(1, asked.size());

        answer(0, 7);

        assertEquals(7, first.join().version());
        assertFalse(second.isDone());
        assertEquals(2, asked.size());
        answer(1, 8);
        assertSame(second.join(), third.join());
        assertEquals(List.of(7L, 8L), inForce);
    }

    @Test
    void a_load_that_fails_is_no_reason_not_to_do_the_next() {
        CompletableFuture<Catalog> first = refresh();
        CompletableFuture<Catalog> second = refresh();

        asked.get(0).completeExceptionally(new IllegalStateException("away"));
        answer(1, 8);

        assertTrue(first.isCompletedExceptionally());
        assertEquals(8, second.join().version());
    }

    @Test
    void one_who_gives_up_does_not_give_up_for_the_others() {
        CompletableFuture<Catalog> first = refresh();
        CompletableFuture<Catalog> second = refresh();
        first.cancel(true);

        answer(0, 7);
        answer(1, 8);

        assertEquals(8, second.join().version());
    }

    @Test
    void a_database_that_went_back_is_believed() {
        load();
        version = version(3);

        poll();
        answer(1, 3);

        assertEquals(3, catalog.get().version());
    }

    @Test
    void another_history_with_the_same_number_is_believed() {
        load();
        version = new CatalogVersion(7, new UUID(9, 9));

        poll();

        assertEquals(2, asked.size());
    }

    @Test
    void a_version_that_could_not_be_loaded_was_not_heard() {
        load();
        version = version(3);
        time.advance(FENCE_AFTER.plusNanos(1));

        poll();
        asked.get(1).completeExceptionally(new IllegalStateException("away"));

        assertTrue(lease.closed());
    }

    @Test
    void a_version_that_is_in_force_was_heard_without_a_load() {
        load();
        time.advance(FENCE_AFTER.plusNanos(1));
        assertTrue(lease.closed());

        poll();

        assertFalse(lease.closed());
        assertEquals(1, asked.size());
    }

    @Test
    void what_was_done_to_the_catalog_in_force_is_read_again_with_the_next_poll() {
        load();

        catalog.apply(stored -> stored.withPromotions(
                Map.of("bull", new Promotion("bull", "bull_v2", "t", ManualTime.START, "ada", null, null))));
        assertEquals("bull_v2", catalog.get().serving("bull"));
        poll();

        assertEquals(2, asked.size());
        answer(1, 7);
        assertEquals("bull", catalog.get().serving("bull"));
    }

    private void load() {
        CompletableFuture<Catalog> loaded = refresh();
        answer(0, 7);
        assertEquals(7, loaded.join().version());
    }

    private void poll() {
        catalog.refreshIfChanged().subscribe().with(done -> {}, failure -> {});
    }

    private CompletableFuture<Catalog> refresh() {
        return catalog.refresh().subscribe().asCompletionStage();
    }

    private void answer(int question, long number) {
        asked.get(question)
                .complete(
                        new LoadedCatalog(new StoredCatalog(version(number), List.of(), Map.of(), Map.of()), 0, null));
    }

    private static CatalogVersion version(long number) {
        return new CatalogVersion(number, new UUID(0, number));
    }
}
