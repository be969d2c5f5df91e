package ai.ultrathink.understudy.log;

import io.smallrye.common.vertx.VertxContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** The fields of a line of the log. The layout of the log, text or JSON, writes those that are set. */
public final class LogFields {

    /** Who makes a change: a person, or a part of the service. */
    public static final String ACTOR = "actor";

    /** The experiment. */
    public static final String TEST = "test";

    /** The id of the request: of a prediction its request_id, otherwise X-Request-ID. */
    public static final String REQUEST = "request";

    /** The trace of the request, where it is sampled. */
    public static final String TRACE = "trace";

    private final Map<String, String> values = new LinkedHashMap<>();

    private LogFields() {}

    /** One field. */
    public static LogFields of(String name, @Nullable String value) {
        return new LogFields().and(name, value);
    }

    /** One more field; none if the value is null. */
    public LogFields and(String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
        return this;
    }

    /** Writes lines that have these fields, beside those of the request that is being served. */
    public void tell(Runnable lines) {
        Map<String, Object> before = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            Object earlier = MDC.get(name);
            if (earlier != null) {
                before.put(name, earlier);
            }
            MDC.put(name, value);
        });
        try {
            lines.run();
        } finally {
            values.keySet().forEach(MDC::remove);
            before.forEach(MDC::put);
        }
    }

    /** Gives a field to all lines that are written for the request that is being served. */
    public static void keep(String name, String value) {
        // elsewhere it would stay with the thread
        if (VertxContext.isOnDuplicatedContext()) {
            MDC.put(name, value);
        }
    }

    /** What a field is here, or null. */
    public static @Nullable String kept(String name) {
        Object value = MDC.get(name);
        return value == null ? null : value.toString();
    }
}
