package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.storage.ResultStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ArrayBlockingQueue;
import org.jboss.logging.Logger;

/** Takes observations without waiting; a {@link JournalWriter} moves them into the database. */
@ApplicationScoped
public class Journal {

    private static final Logger LOG = Logger.getLogger(Journal.class);

    private final JournalConfig config;
    private final MeterRegistry meters;
    private final ArrayBlockingQueue<Observation> waiting;
    private final JournalWriter writer;

    Journal(ResultStore store, JournalConfig config, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
        this.waiting = new ArrayBlockingQueue<>(config.capacity());
        this.writer = new JournalWriter(waiting, store::insert, config, meters);
        meters.gauge("understudy.journal.depth", waiting, ArrayBlockingQueue::size);
    }

    @PostConstruct
    void start() {
        writer.start();
    }

    /** Keeps an observation, or counts that there was no room for it. Never waits. */
    public void append(Observation observation) {
        if (waiting.offer(observation)) {
            writer.appended();
        } else {
            meters.counter("understudy.journal.refused", "test", observation.testId(), "reason", "full")
                    .increment();
        }
    }

    /** Ends when everything appended so far is in the database. */
    public Uni<Void> flush() {
        return writer.flush();
    }

    /** Writes what is left, as far as the database lets it within the time allowed. */
    @PreDestroy
    void stop() {
        try {
            flush().await().atMost(config.drainTimeout());
        } catch (RuntimeException e) {
            LOG.errorf("%d observations could not be written before the end: %s", waiting.size(), e.getMessage());
        } finally {
            writer.stop();
        }
    }
}
