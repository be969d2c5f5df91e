package ai.ultrathink.understudy.outcome;

import java.util.regex.Pattern;

/**
 * Where the trace of a request can be found: the ids of the trace and of the request's span, as W3C Trace Context writes them.
 *
 * @param traceId 32 hexadecimal digits in lower case
 * @param spanId 16 of them
 */
public record TraceRef(String traceId, String spanId) {

    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern SPAN = Pattern.compile("[0-9a-f]{16}");

    public TraceRef {
        if (!TRACE.matcher(traceId).matches() || !SPAN.matcher(spanId).matches()) {
            throw new IllegalArgumentException("no ids of a trace: " + traceId + ", " + spanId);
        }
    }
}
