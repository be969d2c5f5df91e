package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.request.RequestId;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers malformed HTTP/1 requests, and bodies with a malformed chunk, with a problem document. Later bytes on the
 * connection cannot be interpreted, so the connection is closed after the answer; earlier requests are answered first.
 */
// Netty's futures: writers have the promise, and after our own answer the connection is closed
@SuppressWarnings("FutureReturnValueIgnored")
final class MalformedRequestHandler extends ChannelDuplexHandler {

    /** How long a caller may take to read the answer and to stop sending. */
    private static final int LINGER_SECONDS = 2;

    /** Number of accepted requests whose answer is not complete. */
    private int unanswered;

    /** Whether the answer to the first of these has begun. */
    private boolean answering;

    private @Nullable Problem problem;

    /** Number of answers to complete before the problem document is sent. */
    private int before;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (problem != null) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request) {
            Problem found = MalformedRequests.problem(request);
            if (found == null) {
                unanswered++;
                context.fireChannelRead(message);
            } else {
                // read as far as the mistake
                String id = RequestId.sane(request.headers().get(RequestId.NAME));
                ReferenceCountUtil.release(message);
                refuse(context, found.of(id, null), unanswered);
            }
        } else if (message instanceof HttpContent content
                && content.decoderResult().isFailure()
                && canBeTold()) {
            Problem found = MalformedRequests.problemOfBody(content.decoderResult());
            ReferenceCountUtil.release(message);
            refuse(context, found, unanswered - 1);
        } else {
            context.fireChannelRead(message);
        }
    }

    /** Whether the last accepted request still waits for an answer of which nothing has been sent. */
    private boolean canBeTold() {
        return unanswered > 1 || (unanswered == 1 && !answering);
    }

    private void refuse(ChannelHandlerContext context, Problem found, int after) {
        problem = found;
        before = after;
        if (before == 0) {
            tell(context, found);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (problem != null && before == 0) {
            // already answered
            ReferenceCountUtil.release(message);
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        boolean ends = false;
        if (!isInformation(message)) {
            answering |= message instanceof HttpResponse;
            ends = message instanceof LastHttpContent;
        }
        context.write(message, promise);
        if (ends) {
            answering = false;
            unanswered--;
            before--;
            if (problem != null && before == 0) {
                tell(context, problem);
            }
        }
    }

    /** Whether the message is informational, such as "100 Continue", so that the answer still follows. */
    private static boolean isInformation(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                && response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    }

    private static void tell(ChannelHandlerContext context, Problem problem) {
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(problem.status()),
                Unpooled.wrappedBuffer(problem.json()));
        String id = problem.requestId();
        if (id != null) {
            answer.headers().set(RequestId.NAME, id);
        }
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
                .set("x-content-type-options", "nosniff")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(answer).addListener(sent -> leave(context));
    }

    /**
     * Closes the connection, but not at once: bytes that still arrive would meet a closed socket, and the answer would
     * be lost.
     */
    private static void leave(ChannelHandlerContext context) {
        if (context.channel() instanceof DuplexChannel both && both.isActive()) {
            both.shutdownOutput();
            both.config().setAutoRead(true);
            context.executor().schedule(() -> both.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        } else {
            context.close();
        }
    }
}
