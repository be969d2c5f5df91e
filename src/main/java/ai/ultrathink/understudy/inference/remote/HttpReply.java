package ai.ultrathink.understudy.inference.remote;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A complete reply.
 *
 * @param connectNanos time until there was a connection
 */
record HttpReply(int status, MultiMap headers, MultiMap trailers, Buffer body, long connectNanos) {

    /** A header, or a trailer. */
    @Nullable String field(String name) {
        String trailer = trailers.get(name);
        return trailer == null ? headers.get(name) : trailer;
    }

    ExchangeTimes times() {
        return new ExchangeTimes(connectNanos, ServerTime.of(this));
    }
}
