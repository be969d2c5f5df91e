package ai.ultrathink.understudy.bench;

import ai.ultrathink.understudy.bench.Contender.Mode;
import java.io.IOException;
import java.time.Duration;

/** How fast the writer empties a full journal: the database hangs under load until enough rows wait, then it goes on, and the load is gone. */
final class Drain {

    private static final String PENDING = "understudy_journal_pending";
    private static final Duration FILL_WITHIN = Duration.ofMinutes(3);
    private static final Duration DRAIN_WITHIN = Duration.ofMinutes(3);

    /**
     * What came of it.
     *
     * @param waiting rows in the journal when the database came back
     * @param seconds until all of them were stored
     * @param missing rows that should be in the database and are not
     */
    record Result(long waiting, double seconds, long missing) {

        double rate() {
            return waiting / seconds;
        }
    }

    private final BenchSettings settings;
    private final UnderstudyContender service;
    private final Postgres postgres;

    Drain(BenchSettings settings, UnderstudyContender service, Postgres postgres) {
        this.settings = settings;
        this.service = service;
        this.postgres = postgres;
    }

    Result measure() throws IOException, InterruptedException {
        service.process().thaw();
        service.use(Mode.SPLIT);
        service.drain(0);
        long before = service.rows(Mode.SPLIT);
        double answeredBefore = service.metric("understudy_predictions_total");
        fill();
        long owed = Math.round(service.metric("understudy_predictions_total") - answeredBefore);
        long waiting = Math.round(service.metric(PENDING));
        postgres.thaw();
        long start = System.nanoTime();
        // the metric and no flush, which would have the writer hurry
        while (service.metric(PENDING) > 0) {
            if (System.nanoTime() - start > DRAIN_WITHIN.toNanos()) {
                throw new BenchFailedException("the journal is not empty after " + DRAIN_WITHIN.toSeconds() + " s");
            }
            Thread.sleep(100);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Result result = new Result(waiting, seconds, owed - (service.rows(Mode.SPLIT) - before));
        System.out.printf(
                "   %,d rows in %.1f s: %,.0f/s, %d missing%n", waiting, seconds, result.rate(), result.missing());
        return result;
    }

    private void fill() throws IOException, InterruptedException {
        postgres.freeze();
        Process wrk = Wrk.start(service.process(), Wrk.PREDICT, Contender.CONTROL, FILL_WITHIN);
        try {
            while (wrk.isAlive() && service.metric(PENDING) < settings.waitingRows()) {
                Thread.sleep(200);
            }
        } finally {
            wrk.destroy();
            wrk.waitFor();
        }
    }
}
