package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Stores batches in the database with retries, and skips rows that the database will never accept. */
final class ResultDelivery {

    private static final Logger LOG = Logger.getLogger(ResultDelivery.class);
    private static final int MOST_BACK_OFF = 8;

    /** Destination of batches. */
    interface Sink {
        /**
         * Stores a batch; storing it again is harmless. A {@link DatabaseAwayException} means that it should be
         * retried, any other failure that a row of it can never be stored.
         *
         * @return the number of new rows
         */
        Uni<Integer> insert(List<Observation> batch);
    }

    private final Sink sink;
    private final Duration retryAfter;
    private final Counter written;
    private final RejectedEntries refusals;
    private final AtomicBoolean away = new AtomicBoolean();

    /** @param retryAfter the wait before the second attempt; doubles up to eight times this */
    ResultDelivery(Sink sink, Duration retryAfter, MeterRegistry meters) {
        this.sink = sink;
        this.retryAfter = retryAfter;
        this.written = ServiceMetric.JOURNAL_WRITTEN.counter(meters);
        this.refusals = new RejectedEntries(meters);
    }

    /** Whether the last attempt to store rows failed and is being retried. */
    boolean away() {
        return away.get();
    }

    /** Ends when each row is stored, or rejected for good and counted. Never fails. */
    Uni<Void> deliver(List<Observation> batch) {
        if (batch.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .deferred(() -> sink.insert(batch))
                .onFailure(DatabaseAwayException.class)
                .invoke(this::reportAway)
                .onFailure(DatabaseAwayException.class)
                .retry()
                .withBackOff(retryAfter, retryAfter.multipliedBy(MOST_BACK_OFF))
                .indefinitely()
                .invoke(this::stored)
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> deliverApart(batch, failure));
    }

    /** Halves a batch until an invalid row is on its own, so that the other rows are stored. */
    private Uni<Void> deliverApart(List<Observation> batch, Throwable failure) {
        if (batch.size() > 1) {
            int middle = batch.size() / 2;
            return deliver(batch.subList(0, middle)).chain(() -> deliver(batch.subList(middle, batch.size())));
        }
        Observation refused = batch.getFirst();
        LOG.errorf("the database rejects the row of request %s: %s", refused.requestId(), failure.getMessage());
        refusals.row(refused.testId(), "invalid");
        return Uni.createFrom().voidItem();
    }

    private void reportAway(Throwable failure) {
        if (!away.getAndSet(true)) {
            LOG.warnf(
                    "results cannot be stored and wait in the journal: %s. Check the database, and watch"
                            + " understudy_journal_pending",
                    failure.getMessage());
        }
    }

    private void stored(int rows) {
        written.increment(rows);
        if (away.getAndSet(false)) {
            LOG.info("results are stored again");
        }
    }
}
