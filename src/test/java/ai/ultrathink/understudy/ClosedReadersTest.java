package ai.ultrathink.understudy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler;
import org.junit.jupiter.api.Test;

class ClosedReadersTest {

    private final ClosedReaders filter = new ClosedReaders();

    @Test
    void a_reader_that_has_gone_is_no_error() {
        assertFalse(
                filter.isLoggable(entry(PublisherResponseHandler.class, new IOException("Connection reset by peer"))));
    }

    @Test
    void all_else_stays() {
        assertTrue(filter.isLoggable(entry(PublisherResponseHandler.class, new IllegalStateException("a fault"))));
        assertTrue(filter.isLoggable(entry(Understudy.class, new IOException("disk full"))));
    }

    private static LogRecord entry(Class<?> logger, Exception thrown) {
        LogRecord entry = new LogRecord(Level.SEVERE, "failed");
        entry.setLoggerName(logger.getName());
        entry.setThrown(thrown);
        return entry;
    }
}
