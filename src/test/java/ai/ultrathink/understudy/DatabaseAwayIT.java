package ai.ultrathink.understudy;

import static ai.ultrathink.understudy.testkit.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.ultrathink.understudy.testkit.LocalPostgres;
import ai.ultrathink.understudy.testkit.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packaged service under load, while its database is away. */
@Isolated
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway") // a null fails the test
class DatabaseAwayIT {

    /** For how long it is away: a moment in the short form, longer with {@code -Dunderstudy.away-seconds=60}. */
    private static final Duration AWAY = Duration.ofSeconds(Long.getLong("understudy.away-seconds", 4));

    private static final int CALLERS = 16;

    /** As long as a query may wait for the database, 5 s, and the second between two looks; the rest is for a busy machine. */
    private static final Duration FINDS_OUT_WITHIN = Duration.ofSeconds(8);

    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private static @Nullable LocalPostgres postgres;
    private static @Nullable ServiceProcess service;
    private static String database = "";

    /** How a database goes and comes back. */
    enum Outage {
        /** It hangs: connections stay open and nobody answers. */
        PAUSED {
            @Override
            void begin(LocalPostgres postgres) throws IOException {
                postgres.pause();
            }

            @Override
            void end(LocalPostgres postgres) throws IOException {
                postgres.resume();
            }
        },
        /** It is shut down at once, under the statements that it works on, and recovers when it is started again. */
        SHUT_DOWN {
            @Override
            void begin(LocalPostgres postgres) throws IOException {
                postgres.stopAtOnce();
            }

            @Override
            void end(LocalPostgres postgres) throws IOException {
                postgres.restart();
            }
        };

        abstract void begin(LocalPostgres postgres) throws IOException;

        abstract void end(LocalPostgres postgres) throws IOException;
    }

    @BeforeAll
    static void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory) throws IOException, SQLException {
        postgres = LocalPostgres.start(directory);
        database = postgres.newDatabase();
        service = ServiceProcess.start(directory, LocalPostgres.environment(database))
                .awaitReady();
        BothModes.create(service);
    }

    @AfterAll
    static void stop() throws IOException {
        if (service != null) {
            service.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_prediction_fails_and_none_is_missing_or_double_afterwards(Outage outage) throws Exception {
        Callers callers = Callers.start(service, CALLERS, outage.name(), BothModes.TEST_IDS);
        awaitMore(callers);

        outage.begin(postgres);
        int before = callers.answered().size();
        // not a wait for anything: this is how long the outage shall be
        await().pollDelay(AWAY).atMost(AWAY.plusSeconds(10)).until(() -> true);
        int meanwhile = callers.answered().size() - before;
        outage.end(postgres);

        awaitMore(callers);
        callers.stop();
        BothModes.flush(service);
        StoredPredictions tally = StoredPredictions.of(database, outage.name(), callers.answered());

        System.out.printf(
                "%s for %s: %,d predictions answered meanwhile, %d failed; %s%n",
                outage, AWAY, meanwhile, callers.failures().size(), tally);
        assertAll(
                tally::toString,
                () -> assertEquals(List.of(), List.copyOf(callers.failures())),
                () -> assertTrue(meanwhile > 100, "the callers got somewhere"),
                () -> assertEquals(Set.of(), tally.missing()),
                () -> assertEquals(Set.of(), tally.repeated()),
                () -> assertEquals(0, tally.withoutControl()),
                () -> assertEquals(0, tally.withoutTreatment()),
                () -> assertEquals(tally.answered(), tally.rows()));
    }

    @Test
    void a_flush_is_refused_within_its_bound_while_the_database_hangs_and_works_again_afterwards() throws Exception {
        BothModes.flush(service);
        postgres.pause();
        try {
            Callers callers = Callers.start(service, CALLERS, "flush", BothModes.TEST_IDS);
            awaitMore(callers);
            callers.stop();

            // the first may have to find out that the database is away, the second is told what is known
            assertRefused(FINDS_OUT_WITHIN);
            assertRefused(AT_ONCE);
        } finally {
            postgres.resume();
        }

        BothModes.flush(service);
    }

    private static void assertRefused(Duration within) {
        long start = System.nanoTime();
        HttpResponse<String> refused =
                service.send("POST", "/api/v1/ab-test/" + BothModes.TEST_IDS.getFirst() + "/flush", "");
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        System.out.printf("flush while the database hangs: %d after %d ms%n", refused.statusCode(), took.toMillis());
        assertEquals(503, refused.statusCode(), refused::body);
        assertTrue(refused.body().contains("wait in the journal"), refused::body);
        assertTrue(took.compareTo(within) < 0, () -> "took " + took);
    }

    private static void awaitMore(Callers callers) {
        int enough = callers.answered().size() + 500;
        await().atMost(Duration.ofSeconds(60)).until(() -> callers.answered().size() > enough);
    }
}
