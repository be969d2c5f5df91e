package ai.ultrathink.understudy;

import io.quarkus.logging.LoggingFilter;
import java.io.IOException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/** Leaves out of the log that a reader of a stream has gone: each console that is closed would be an error with a stack trace. */
@LoggingFilter(name = "closed-readers")
final class ClosedReaders implements Filter {

    private static final String STREAMS = "org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler";

    @Override
    public boolean isLoggable(LogRecord entry) {
        return !(STREAMS.equals(entry.getLoggerName()) && entry.getThrown() instanceof IOException);
    }
}
