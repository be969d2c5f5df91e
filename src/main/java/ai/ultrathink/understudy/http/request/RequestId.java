package ai.ultrathink.understudy.http.request;

import io.smallrye.common.vertx.ContextLocals;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The header X-Request-ID, by which callers and gateways tell requests apart. It is the request_id of a prediction whose body has none.
 * What is no sane value is overlooked, because a caller often does not know what a gateway adds.
 */
public final class RequestId {

    public static final String HEADER = "X-Request-ID";

    /** For the API's description, of calls that predict. */
    public static final String MEANING =
            "the id of the request, where the body has none; 1-90 of A-Z a-z 0-9 - . _ ~ : / + = @ #, anything else is overlooked."
                    + " Every answer repeats it";

    /** The same, as the server looks it up. */
    public static final CharSequence NAME = HttpHeaders.createOptimized("x-request-id");

    /** The longest value: with the number of a row after it, it is still a request_id. */
    public static final int LONGEST = 90;

    private static final String OTHERS = "-._~:/+=@#";
    private static final String KEPT = RequestId.class.getName();

    private RequestId() {}

    /** The value if it is sane, 1–90 of A-Z a-z 0-9 - . _ ~ : / + = @ #, or else null. */
    public static @Nullable String sane(@Nullable String value) {
        return value != null && !value.isEmpty() && value.length() <= LONGEST && isPlain(value) ? value : null;
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || OTHERS.indexOf(c) >= 0;
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    /**
     * Keeps the value with the request that is being served. Calls of gRPC do not see headers, and REST reads the annotations of parameters
     * at each request that has a body.
     */
    public static void keep(String value) {
        if (VertxContext.isOnDuplicatedContext()) {
            ContextLocals.put(KEPT, value);
        }
    }

    /** What was kept, or null. */
    public static @Nullable String kept() {
        return VertxContext.isOnDuplicatedContext()
                ? ContextLocals.<String>get(KEPT).orElse(null)
                : null;
    }
}
