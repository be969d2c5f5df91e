package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.storage.results.InstantResults;
import ai.ultrathink.understudy.testkit.Directories;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The journal as the service has it, default settings and all, in a directory of its own, in front of a database without delay. */
public final class OpenJournal implements AutoCloseable {

    /** The machine's clocks. */
    public static final TimeSource TIME = new TimeSource() {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    };

    private final Path directory;
    private final MeterRegistry meters;
    private final Journal journal;

    public OpenJournal(MeterRegistry meters) throws IOException {
        this.meters = meters;
        this.directory = Files.createTempDirectory(Files.createDirectories(Path.of("target/jmh")), "journal-");
        JournalConfig defaults = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(JournalConfig.class)
                .build()
                .getConfigMapping(JournalConfig.class);
        this.journal = new Journal(() -> directory, defaults, new InstantResults(), TIME, meters);
    }

    public Journal journal() {
        return journal;
    }

    /** @throws IllegalStateException when the journal refused something, for then it was not appending that was measured */
    @Override
    public void close() throws IOException {
        journal.flush().await().atMost(Duration.ofSeconds(30));
        journal.stop(new ShutdownEvent());
        Directories.delete(directory);
        var refused = Search.in(meters).name("understudy.journal.refused").counter();
        if (refused != null) {
            throw new IllegalStateException("the journal refused " + refused.count() + " entries");
        }
    }
}
