package ai.ultrathink.understudy.http.problem;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an HTTP/2 connection when an answer is too late for its request: the caller has cancelled it, or its deadline has passed, so
 * Netty cannot write the answer. Vert.x writes trailers, which answers of gRPC have, with a promise that is not seen; so Netty reports
 * the failure as one of the connection, and Vert.x closes that, with all other calls on it. It is a matter of one request, which is gone.
 */
@Sharable
final class LateAnswers extends ChannelInboundHandlerAdapter {

    static final LateAnswers KEPT_OFF = new LateAnswers();

    private LateAnswers() {}

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (!concernsOneRequest(failure)) {
            context.fireExceptionCaught(failure);
        }
    }

    /** What is wrong with a connection comes as another exception: it is not told of a stream. */
    static boolean concernsOneRequest(Throwable failure) {
        return failure instanceof StreamException || (isRefusalOfEncoder(failure) && isOfStream(failure.getMessage()));
    }

    private static boolean isRefusalOfEncoder(Throwable failure) {
        return failure instanceof IllegalStateException || failure instanceof IllegalArgumentException;
    }

    /** Netty's words: "Stream no longer exists: 5", "Stream 5 in unexpected state CLOSED". */
    private static boolean isOfStream(@Nullable String message) {
        return message != null && message.startsWith("Stream ");
    }
}
