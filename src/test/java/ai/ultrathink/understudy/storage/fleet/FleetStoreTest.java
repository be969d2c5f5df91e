package ai.ultrathink.understudy.storage.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.ultrathink.understudy.experiment.ModelInMemory;
import ai.ultrathink.understudy.experiment.ModelVersion;
import ai.ultrathink.understudy.http.Rows;
import ai.ultrathink.understudy.replica.ReplicaState;
import ai.ultrathink.understudy.storage.db.Schema;
import ai.ultrathink.understudy.testkit.Waiting;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a replica reads of the others, of whose models it is sent those alone that it has not. */
@QuarkusTest
class FleetStoreTest {

    private static final List<ModelInMemory> FIRST = models("1", "a".repeat(64));
    private static final List<ModelInMemory> SECOND = models("2", "b".repeat(64));

    /** Far enough apart for a hash that forgets places. */
    private static final int MANY = 40;

    @Inject
    FleetStore store;

    @Inject
    Schema schema;

    private final UUID one = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();

    @BeforeEach
    void wait_for_the_tables() {
        Waiting.await().until(schema::ready);
    }

    @AfterEach
    void leave() {
        await(store.leave(one));
        await(store.leave(other));
    }

    @Test
    void replicas_with_the_same_models_are_each_read_with_them_each_time() {
        beat(one, FIRST);
        beat(other, FIRST);

        for (int i = 0; i < 3; i++) {
            beat(one, FIRST);
            assertEquals(FIRST, seen(one));
            assertEquals(FIRST, seen(other));
        }
    }

    @Test
    void a_change_is_seen_and_so_is_the_way_back() {
        beat(one, FIRST);
        beat(other, FIRST);

        beat(other, SECOND);
        assertEquals(FIRST, seen(one));
        assertEquals(SECOND, seen(other));

        beat(other, FIRST);
        assertEquals(FIRST, seen(other));
        beat(other, List.of());
        assertEquals(List.of(), seen(other));
        beat(other, SECOND);
        assertEquals(SECOND, seen(other));
    }

    @Test
    void of_many_models_it_is_seen_which_one_is_gone() {
        for (int gone = 1; gone < MANY; gone++) {
            beat(other, oneGone(0));
            assertEquals(oneGone(0), seen(other));

            beat(other, oneGone(gone));
            assertEquals(oneGone(gone), seen(other));
        }
    }

    private static List<ModelInMemory> oneGone(int gone) {
        return IntStream.range(0, MANY)
                .mapToObj(i -> new ModelInMemory("model-" + i, null, null, "a".repeat(64), i == gone, null))
                .toList();
    }

    @Test
    void what_a_replica_of_an_earlier_release_reported_is_read() {
        beat(one, FIRST);

        Rows.change("insert into ab_replicas (replica_id, name, started_at, heartbeat, models) select '" + other
                + "', 'earlier', started_at, heartbeat, models from ab_replicas where replica_id = '" + one + "'");

        assertEquals(FIRST, seen(other));
    }

    private static List<ModelInMemory> models(String version, String digest) {
        return List.of(
                new ModelInMemory("alone", new ModelVersion("alone", version, digest), null, digest, false, null),
                new ModelInMemory("absent", null, null, null, true, "its folder has been removed"));
    }

    private void beat(UUID replica, List<ModelInMemory> models) {
        await(store.beat(new ReplicaState(replica, "of a test", Instant.EPOCH, models, 1L)));
    }

    private List<ModelInMemory> seen(UUID replica) {
        return await(store.beat(new ReplicaState(one, "of a test", Instant.EPOCH, FIRST, 1L))).replicas().stream()
                .filter(state -> state.id().equals(replica))
                .findFirst()
                .orElseThrow()
                .models();
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}
