package ai.ultrathink.understudy.inference.remote;

import org.jspecify.annotations.Nullable;

/**
 * What took how long in one exchange, in nanoseconds.
 *
 * @param connectNanos until there was a connection: nearly nothing if one was open and free
 * @param serverNanos what the server itself says that it took; null if it says nothing
 */
public record ExchangeTimes(long connectNanos, @Nullable Long serverNanos) {}
