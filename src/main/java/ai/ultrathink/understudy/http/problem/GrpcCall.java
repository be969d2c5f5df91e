package ai.ultrathink.understudy.http.problem;

import io.smallrye.common.vertx.ContextLocals;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call whose message is looked at before the gRPC server reads it. That server would fail at a message that says it is compressed
 * where no compression is named, and has no words for one that is too large or not complete. Each message begins with a byte that says
 * whether it is compressed, and its length in four.
 */
final class GrpcCall extends HttpServerRequestWrapper {

    private static final String BEGUN = GrpcCall.class.getName();
    private static final int LENGTH_BYTES = 4;

    private final ProblemBodies problems;
    private final long maxBytes;

    /** How many bytes of a message's head have come. */
    private int head;

    private long length;

    /** How many bytes of the message are still to come. */
    private long left;

    private boolean empty = true;
    private boolean refused;

    private GrpcCall(HttpServerRequest request, ProblemBodies problems, long maxBytes) {
        super((HttpServerRequestInternal) request);
        this.problems = problems;
        this.maxBytes = maxBytes;
    }

    /** Whether a request is a call that takes the routes once more, in the place of the request; then its first way ends here. */
    static boolean begins(RoutingContext context, Router router, ProblemBodies problems, long maxBytes) {
        HttpServerRequest request = context.request();
        if (!GrpcErrors.concern(request) || ContextLocals.get(BEGUN).isPresent()) {
            return false;
        }
        ContextLocals.put(BEGUN, true);
        router.handle(new GrpcCall(request, problems, maxBytes));
        return true;
    }

    @Override
    public HttpServerRequest handler(@Nullable Handler<Buffer> reader) {
        super.handler(reader == null ? null : part -> pass(part, reader));
        return this;
    }

    @Override
    public HttpServerRequest endHandler(@Nullable Handler<Void> reader) {
        super.endHandler(reader == null ? null : end -> finish(reader));
        return this;
    }

    private void pass(Buffer part, Handler<Buffer> reader) {
        if (!refused && admits(part)) {
            reader.handle(part);
        }
    }

    private void finish(Handler<Void> reader) {
        if (refused) {
            return;
        }
        if (empty) {
            refuse(400, "message: got none; allowed: one");
        } else if (head > 0) {
            refuse(400, "message: got an end before " + left + " of its bytes; allowed: as many as it says it has");
        } else {
            reader.handle(null);
        }
    }

    /** Looks at the heads of messages in a part of the body. */
    private boolean admits(Buffer part) {
        int at = 0;
        while (at < part.length() && !refused) {
            empty = false;
            if (head <= LENGTH_BYTES) {
                head(part.getByte(at++) & 0xff);
            } else {
                long taken = Math.min(left, part.length() - at);
                at += (int) taken;
                left -= taken;
            }
            if (head > LENGTH_BYTES && left == 0) {
                head = 0;
            }
        }
        return !refused;
    }

    private void head(int value) {
        if (head == 0) {
            length = 0;
            left = LENGTH_BYTES;
            if (value != 0) {
                refuse(500, "message: got one that is compressed; allowed: one that is not");
            }
        } else {
            length = length << Byte.SIZE | value;
            left = head == LENGTH_BYTES ? length : left - 1;
        }
        head++;
        if (head > LENGTH_BYTES && length > maxBytes) {
            refuse(413, problems.tooLarge(maxBytes));
        }
    }

    private void refuse(int status, String detail) {
        refused = true;
        if (!response().ended() && !response().closed()) {
            problems.answerCall(this, status, detail);
        }
    }
}
