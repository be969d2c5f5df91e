package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The packaged service, killed at random instants under load and started again on its data. */
@Isolated
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class KilledServiceIT {

    /** How often it is killed: twice in the short form, more with {@code -Dunderstudy.kills=20}. */
    private static final int KILLS = Integer.getInteger("understudy.kills", 2);

    /** Between two kills under load there may be some in the start, while the journal is being replayed. */
    private static final int STARTS_TO_A_KILL_IN_ONE = 3;

    private static final int CALLERS = 16;
    private static final int LEAST_ANSWERS = 100;
    private static final long LONGEST_UNDER_LOAD_MILLIS = 2_000;
    private static final long LONGEST_IN_START_MILLIS = 3_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory = Path.of("");

    private final long seed = Long.getLong("understudy.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> answered = new ArrayList<>();
    private final OutcomeSenders senders = new OutcomeSenders();
    private final ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void dismissKiller() {
        killer.shutdownNow();
    }

    @Test
    void every_prediction_and_outcome_that_was_answered_is_stored_once_however_often_the_service_is_killed()
            throws Exception {
        try (LocalPostgres postgres = LocalPostgres.start(directory)) {
            String database = postgres.newDatabase();
            Map<String, String> environment = LocalPostgres.environment(database);
            for (int kill = 0; kill < KILLS; kill++) {
                liveAndDie(kill, postgres, environment);
            }
            try (ServiceProcess service =
                    ServiceProcess.start(directory, environment).awaitReady()) {
                BothModes.flush(service);
                senders.finish(service);
            }

            StoredPredictions tally = StoredPredictions.of(database, "life", answered);

            OutcomeSenders.Stored outcomes = senders.stored(database);

            System.out.printf("%d kills with seed %d: %s; %s%n", KILLS, seed, tally, outcomes);
            assertAll(
                    tally + "; " + outcomes,
                    () -> assertTrue(
                            tally.answered() >= LEAST_ANSWERS * (KILLS - KILLS / STARTS_TO_A_KILL_IN_ONE),
                            "the callers got somewhere"),
                    () -> assertEquals(Set.of(), tally.missing()),
                    () -> assertEquals(Set.of(), tally.repeated()),
                    () -> assertEquals(0, tally.withoutControl()),
                    () -> assertTrue(tally.rows() <= tally.answered() + CALLERS * KILLS),
                    () -> assertTrue(outcomes.sent() >= LEAST_ANSWERS, "the senders got somewhere"),
                    () -> assertEquals(outcomes.sent(), outcomes.accepted() + outcomes.duplicates()),
                    () -> assertEquals(outcomes.sent(), outcomes.rows()),
                    () -> assertEquals(outcomes.sent(), outcomes.distinct()),
                    () -> assertEquals(outcomes.sent(), outcomes.right()),
                    () -> assertTrue(outcomes.waiting() >= outcomes.rows()));
        }
    }

    /**
     * One life: a start, which may be its end as well, and some time under load. In every other the database hangs, so that
     * the journal is full of what is not stored when it ends, and batches that the dead process had sent are stored under
     * the eyes of the next, which sends them again.
     */
    private void liveAndDie(int life, LocalPostgres postgres, Map<String, String> environment) throws Exception {
        try (ServiceProcess service = ServiceProcess.start(directory, environment)) {
            if (life % STARTS_TO_A_KILL_IN_ONE == STARTS_TO_A_KILL_IN_ONE - 1) {
                killWithin(LONGEST_IN_START_MILLIS, service).get();
                return;
            }
            service.awaitReady();
            BothModes.create(service);
            Callers callers = Callers.start(service, CALLERS, "life" + life, BothModes.TEST_IDS);
            senders.start(service);
            if (life % 2 == 1) {
                postgres.pause();
            }
            // a cold service answers slowly at first, and a life without an answer shows nothing
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> callers.answered().size() >= LEAST_ANSWERS);
            killWithin(LONGEST_UNDER_LOAD_MILLIS, service).get();
            postgres.resume();
            callers.join();
            senders.join();
            answered.addAll(callers.answered());
        }
    }

    private Future<?> killWithin(long millis, ServiceProcess service) {
        return killer.schedule(service::kill, random.nextLong(1_000 * millis), TimeUnit.MICROSECONDS);
    }
}
