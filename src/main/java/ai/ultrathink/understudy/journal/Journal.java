package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import ai.ultrathink.understudy.storage.ResultStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Takes observations before their answers leave, without waiting: what was taken survives a killed process and a database
 * that is away, and is stored exactly once.
 */
@Startup
@ApplicationScoped
public class Journal {

    private static final Logger LOG = Logger.getLogger(Journal.class);

    private final JournalConfig config;
    private final MeterRegistry meters;
    private final Optional<SegmentedLog> log;
    private final EntryBuffer buffer;
    private final JournalWriter writer;
    private final ThreadLocal<ObservationCodec> codecs = ThreadLocal.withInitial(ObservationCodec::new);

    Journal(DataConfig data, JournalConfig config, ResultStore store, TimeSource time, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
        this.log = open(data.dir().resolve("journal"), config, time);
        this.buffer = new EntryBuffer(log, config.memoryEntries());
        this.writer = new JournalWriter(buffer, store::insert, config, time, meters);
        meters.gauge("understudy.journal.pending", buffer, EntryBuffer::pending);
        meters.gauge("understudy.journal.bytes", buffer, EntryBuffer::usedBytes);
        meters.gauge("understudy.journal.torn", buffer, EntryBuffer::tornRecords);
        meters.gauge("understudy.journal.degraded", buffer, entries -> entries.degraded() ? 1 : 0);
        writer.start();
    }

    private static Optional<SegmentedLog> open(Path directory, JournalConfig config, TimeSource time) {
        LogSettings settings = new LogSettings(
                Math.toIntExact(config.segmentSize().asLongValue()),
                config.maxSize().asLongValue(),
                config.minFree().asLongValue(),
                config.retryAfter());
        try {
            SegmentedLog log = SegmentedLog.open(directory, settings, time::nanoTime);
            LOG.infof(
                    "journal in %s: %d entries from before, %d of them torn",
                    directory, log.pendingRecords(), log.tornRecords());
            return Optional.of(log);
        } catch (IOException e) {
            LOG.errorf("the journal cannot be kept on disk, results wait in memory instead: %s", e.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps an observation of which everything is known. */
    public void append(Observation observation) {
        append(new Entry.Whole(observation), observation.testId());
    }

    /** Keeps an observation whose treatment still runs; {@link #close} follows when it is done. */
    public void open(Observation observation) {
        append(new Entry.Opened(observation), observation.testId());
    }

    /** Keeps what became of the treatment of an opened observation. */
    public void close(UUID rowId, String testId, Outcome treatment) {
        append(new Entry.Closed(rowId, treatment), testId);
    }

    private void append(Entry entry, String testId) {
        ObservationCodec codec = codecs.get();
        AppendOutcome outcome = buffer.append(codec.bytes(), codec.encode(entry));
        if (outcome == AppendOutcome.APPENDED) {
            writer.appended();
        } else {
            meters.counter(
                            "understudy.journal.refused",
                            "test",
                            testId,
                            "reason",
                            outcome.name().toLowerCase(Locale.ROOT))
                    .increment();
        }
    }

    /** Ends when everything taken so far is in the database. */
    public Uni<Void> flush() {
        return writer.flush();
    }

    /**
     * Writes what is left, as far as the database lets it within the time allowed. The rest is there after a restart. When
     * beans are destroyed it would be too late: the database's connections are closed by then.
     */
    void stop(@Observes ShutdownEvent event) {
        try {
            flush().await().atMost(config.drainTimeout());
        } catch (RuntimeException e) {
            LOG.warnf("%d entries wait in the journal for the next start: %s", buffer.pending(), e.getMessage());
        }
        writer.stop();
        try {
            if (log.isPresent()) {
                log.get().close();
            }
        } catch (IOException e) {
            LOG.errorf("the journal did not close well: %s", e.getMessage());
        }
    }
}
