package ai.ultrathink.understudy.inference.remote;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The time that a server says it took. The protocol has no field for it, so two headers are read: {@code Server-Timing} of the W3C, with
 * a metric named {@code infer}, {@code inference}, {@code model} or {@code total}; and {@code x-envoy-upstream-service-time} of Envoy, which
 * stands before KServe's servers.
 */
final class ServerTime {

    private static final Pattern METRIC =
            Pattern.compile("(?:^|,)\\s*(?:infer|inference|model|total)\\s*;\\s*dur=([0-9]+(?:\\.[0-9]+)?)");
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,9}");
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MOST_MILLIS = 1e9;

    private ServerTime() {}

    /** In nanoseconds; null if the server says nothing. */
    static @Nullable Long of(HttpReply reply) {
        String timing = reply.field("server-timing");
        Matcher metric = METRIC.matcher(timing == null ? "" : timing);
        if (metric.find()) {
            return nanos(metric.group(1));
        }
        String envoy = reply.field("x-envoy-upstream-service-time");
        return envoy != null && MILLIS.matcher(envoy).matches() ? nanos(envoy) : null;
    }

    private static @Nullable Long nanos(String millis) {
        double number = Double.parseDouble(millis);
        return number <= MOST_MILLIS ? (long) (number * NANOS_PER_MILLI) : null;
    }
}
