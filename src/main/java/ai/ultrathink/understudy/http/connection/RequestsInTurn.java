package ai.ultrathink.understudy.http.connection;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Passes the requests of an HTTP/1 connection on one at a time: the next one when the answer before it is complete and the
 * caller has taken most of it. Meanwhile nothing more is read from the connection, so a caller that sends requests and does not
 * read the answers waits for itself. Requests that have been read already wait here, up to a bound; above it the connection is
 * closed.
 */
// Netty's futures: writers have the promise
@SuppressWarnings("FutureReturnValueIgnored")
public final class RequestsInTurn extends ChannelDuplexHandler {

    /** Maximum number of requests of one connection that have been read and wait. */
    static final int MOST = 128;

    /** Parts of requests in the order of their arrival; the first is the head of a request. */
    private final Queue<Object> waiting = new ArrayDeque<>();

    private int requests;
    private boolean answering;
    private boolean readAskedFor;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (waiting.isEmpty() && !(message instanceof HttpRequest && mustWait(context))) {
            pass(context, message);
            return;
        }
        waiting.add(message);
        if (message instanceof HttpRequest && ++requests > MOST) {
            ConnectionLimits.countPipelined();
            release();
            context.close();
        }
    }

    private boolean mustWait(ChannelHandlerContext context) {
        return answering || !context.channel().isWritable();
    }

    private void pass(ChannelHandlerContext context, Object message) {
        answering |= message instanceof HttpRequest;
        context.fireChannelRead(message);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (waiting.isEmpty()) {
            context.read();
        } else {
            readAskedFor = true;
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean ends = message instanceof LastHttpContent && !isInformation(message);
        context.write(message, promise);
        if (ends) {
            answering = false;
            if (!waiting.isEmpty()) {
                // not from within the write: its caller is not done with the answer
                context.executor().execute(() -> goOn(context));
            }
        }
    }

    /** Whether the answer still follows, as after "100 Continue". */
    private static boolean isInformation(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                && response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        goOn(context);
        context.fireChannelWritabilityChanged();
    }

    private void goOn(ChannelHandlerContext context) {
        boolean passed = false;
        Object next = waiting.peek();
        while (next != null && !(next instanceof HttpRequest && mustWait(context))) {
            waiting.remove();
            requests -= next instanceof HttpRequest ? 1 : 0;
            pass(context, next);
            passed = true;
            next = waiting.peek();
        }
        if (passed) {
            context.fireChannelReadComplete();
        }
        if (waiting.isEmpty() && readAskedFor) {
            readAskedFor = false;
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        release();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        release();
    }

    private void release() {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        requests = 0;
    }
}
