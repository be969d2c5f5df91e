package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.journal.log.AppendOutcome;
import ai.ultrathink.understudy.journal.log.LogOpener;
import ai.ultrathink.understudy.journal.log.LogSettings;
import ai.ultrathink.understudy.journal.log.SegmentedLog;
import ai.ultrathink.understudy.metrics.ServiceMetric;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.storage.results.ResultStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.BufferOverflowException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Takes observations before their answers leave, without waiting. An observation that was taken survives a killed
 * process and a database outage, and is stored exactly once.
 */
@Startup
@ApplicationScoped
public class Journal {

    private static final Logger LOG = Logger.getLogger(Journal.class);

    /** Opening a long log is slow, so it is retried less often than storing a batch. */
    private static final int OPENING_BACK_OFF = 8;

    /** How long the start waits for the disk before it continues without it, and the stop before it gives up. */
    private static final Duration PATIENCE_WITH_DISK = Duration.ofSeconds(10);

    private final JournalConfig config;
    private final RejectedEntries refusals;

    /** Rows that were refused and whose second model still runs: as many as there are background calls. */
    private final Set<UUID> refusedOpen = ConcurrentHashMap.newKeySet();

    private final EntryBuffer buffer;
    private final LogOpener opening;
    private final ResultDelivery delivery;
    private final JournalWriter writer;
    private final ThreadLocal<ObservationCodec> codecs = ThreadLocal.withInitial(ObservationCodec::new);

    @Inject
    Journal(DataConfig data, JournalConfig config, ResultStore store, TimeSource time, MeterRegistry meters) {
        this(data.dir().resolve("journal"), config, store::insert, time, meters);
    }

    Journal(Path directory, JournalConfig config, ResultDelivery.Sink sink, TimeSource time, MeterRegistry meters) {
        this.config = config;
        this.refusals = new RejectedEntries(meters);
        this.buffer = new EntryBuffer(config.memoryEntries());
        // outside the attempt: an invalid setting stops the start
        LogSettings settings = settings(config);
        this.opening = new LogOpener(
                directory,
                () -> SegmentedLog.open(directory, settings, time::nanoTime),
                config.retryAfter().multipliedBy(OPENING_BACK_OFF),
                PATIENCE_WITH_DISK,
                buffer::attach);
        this.delivery = new ResultDelivery(sink, config.retryAfter(), meters);
        this.writer = new JournalWriter(buffer, delivery, config, time, refusals);
        ServiceMetric.JOURNAL_PENDING.gauge(meters, buffer, EntryBuffer::pending);
        ServiceMetric.JOURNAL_BYTES.gauge(meters, buffer, EntryBuffer::usedBytes);
        ServiceMetric.JOURNAL_LIMIT.gauge(
                meters, config, limits -> limits.maxSize().asLongValue());
        ServiceMetric.JOURNAL_TORN.gauge(meters, buffer, EntryBuffer::tornRecords);
        ServiceMetric.JOURNAL_DEGRADED.gauge(meters, buffer, entries -> entries.degraded() ? 1 : 0);
        opening.start();
        writer.start();
    }

    private static LogSettings settings(JournalConfig config) {
        return new LogSettings(
                Math.toIntExact(config.segmentSize().asLongValue()),
                config.maxSize().asLongValue(),
                config.minFree().asLongValue(),
                config.retryAfter());
    }

    /** Keeps a complete observation. */
    public void append(Observation observation) {
        row(new Entry.Whole(observation), observation.testId());
    }

    /** Keeps an observation whose second model is still running; {@link #close} follows when it is done. */
    public void open(Observation observation) {
        if (!row(new Entry.Opened(observation), observation.testId())) {
            refusedOpen.add(observation.rowId());
        }
    }

    /** Keeps the outcome of the second model of an opened observation. Nothing is left to keep where that was refused. */
    public void close(UUID rowId, String testId, Variant second, Outcome outcome) {
        if (refusedOpen.remove(rowId)) {
            return;
        }
        AppendOutcome kept = append(new Entry.Closed(rowId, second, outcome));
        if (kept != AppendOutcome.APPENDED) {
            refusals.outcome(testId, reason(kept));
        }
    }

    /** Whether the row is kept; one that is not is counted. */
    private boolean row(Entry entry, String testId) {
        AppendOutcome kept = append(entry);
        if (kept != AppendOutcome.APPENDED) {
            refusals.row(testId, reason(kept));
        }
        return kept == AppendOutcome.APPENDED;
    }

    private AppendOutcome append(Entry entry) {
        AppendOutcome kept = take(entry);
        if (kept == AppendOutcome.APPENDED) {
            writer.appended();
        }
        return kept;
    }

    private static String reason(AppendOutcome refused) {
        return refused.name().toLowerCase(Locale.ROOT);
    }

    private AppendOutcome take(Entry entry) {
        ObservationCodec codec = codecs.get();
        int length;
        try {
            length = codec.encode(entry);
        } catch (BufferOverflowException | IndexOutOfBoundsException e) {
            // callers' texts are limited earlier; a prediction must not fail if they ever are not
            return AppendOutcome.TOO_LARGE;
        }
        return buffer.append(codec.bytes(), length);
    }

    /** Whether rows cannot be stored at present. They wait and are retried. */
    public boolean stuck() {
        return delivery.away();
    }

    /** Ends when all observations taken so far are in the database, however long that takes. */
    public Uni<Void> flush() {
        return writer.flush();
    }

    /**
     * Writes the remaining entries within a time limit, as far as the database allows. The rest is stored after a
     * restart. This runs before beans are destroyed, because the database connections are closed by then.
     */
    void stop(@Observes ShutdownEvent event) {
        try {
            flush().await().atMost(config.drainTimeout());
        } catch (RuntimeException e) {
            LOG.warnf(
                    "%d entries wait in the journal for the next start: %s",
                    buffer.pending() - buffer.inMemory(), e.getMessage());
        }
        writer.stop();
        opening.stop();
        if (buffer.inMemory() > 0) {
            LOG.errorf(
                    "%d entries were only in memory, because the disk failed, and are lost with this process",
                    buffer.inMemory());
        }
    }
}
