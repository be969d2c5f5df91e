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

/** Brings batches into the database, however often it must try, and leaves out the rows that the database will never have. */
final class ResultDelivery {

    private static final Logger LOG = Logger.getLogger(ResultDelivery.class);
    private static final int MOST_BACK_OFF = 8;

    /** Where batches go. */
    interface Sink {
        /**
         * Stores a batch; sending one again is harmless. Fails with {@link DatabaseAwayException} when to try again, and with
         * anything else when a row of it can never be stored.
         *
         * @return how many rows were new
         */
        Uni<Integer> insert(List<Observation> batch);
    }

    private final Sink sink;
    private final Duration retryAfter;
    private final Counter written;
    private final RejectedEntries refusals;
    private final AtomicBoolean away = new AtomicBoolean();

    /** @param retryAfter how long to wait before the second attempt; doubles up to eight times this */
    ResultDelivery(Sink sink, Duration retryAfter, MeterRegistry meters) {
        this.sink = sink;
        this.retryAfter = retryAfter;
        this.written = ServiceMetric.JOURNAL_WRITTEN.counter(meters);
        this.refusals = new RejectedEntries(meters);
    }

    /** Whether the last attempt to store rows has failed, and is made again and again. */
    boolean away() {
        return away.get();
    }

    /** Ends when each row is stored, or refused for good and counted. Never fails. */
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

    /** One row that the database will not have must not keep the others out: halve the batch until it stands alone. */
    private Uni<Void> deliverApart(List<Observation> batch, Throwable failure) {
        if (batch.size() > 1) {
            int middle = batch.size() / 2;
            return deliver(batch.subList(0, middle)).chain(() -> deliver(batch.subList(middle, batch.size())));
        }
        Observation refused = batch.getFirst();
        LOG.errorf("the database refuses the row of request %s: %s", refused.requestId(), failure.getMessage());
        refusals.count(refused.testId(), "invalid");
        return Uni.createFrom().voidItem();
    }

    private void reportAway(Throwable failure) {
        if (!away.getAndSet(true)) {
            LOG.warnf(
                    "results cannot be stored and wait in the journal until they can: %s. Look after the database, and"
                            + " watch understudy_journal_pending",
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
