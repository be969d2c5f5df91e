package ai.ultrathink.understudy.http.identity;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** Where a request is worked on. */
final class EventLoop {

    private EventLoop() {}

    /** The event loop of the request. What a connection that several requests wait for brings comes on another. */
    static Executor here() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : work -> context.runOnContext(none -> work.run());
    }
}
