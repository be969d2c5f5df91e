package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.connection.ConnectionLimits;
import ai.ultrathink.understudy.http.connection.RequestsInTurn;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Inserts the handlers of an HTTP/1 connection after its decoder, and closes a connection above the limit of its peer. Vert.x
 * creates the decoder with the connection, or when its first bytes have shown that it is HTTP/1, or with TLS after the handshake, in
 * all cases before the first request is decoded. HTTP/2 has another decoder, and {@link LateAnswers} alone.
 */
final class ConnectionHandlers extends ChannelInboundHandlerAdapter {

    // names that Vert.x uses
    private static final String HANDSHAKE = "handshaker";
    private static final String ENCODER = "httpEncoder";
    private static final String UPGRADE = "h2c";

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // no caller waits for the end of a refused connection
    public void channelRegistered(ChannelHandlerContext context) {
        context.fireChannelRegistered();
        ChannelPipeline pipeline = context.pipeline();
        pipeline.remove(this);
        if (!ConnectionLimits.admit(context.channel())) {
            context.channel().close();
        } else if (pipeline.get(ENCODER) != null) {
            place(pipeline);
        } else if (pipeline.get(HANDSHAKE) != null) {
            pipeline.addAfter(HANDSHAKE, null, new AfterChoice());
        } else {
            pipeline.addLast(new AfterChoice());
        }
    }

    private static void place(ChannelPipeline pipeline) {
        if (pipeline.get(ENCODER) != null) {
            pipeline.addAfter(ENCODER, null, new RequestsInTurn());
            pipeline.addAfter(ENCODER, null, new MalformedRequestHandler());
        } else {
            pipeline.addFirst(LateAnswers.KEPT_OFF);
        }
        if (pipeline.get(UPGRADE) != null) {
            pipeline.addBefore(UPGRADE, null, new NoUpgrade());
        }
    }

    /**
     * Comes before the decoder, and sees the first bytes when it is known whether they are HTTP/1 or HTTP/2: after the handshake of
     * TLS, or, without TLS, when the first bytes have shown it.
     */
    private static final class AfterChoice extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            place(context.pipeline());
            context.pipeline().remove(this);
            context.fireChannelRead(message);
        }
    }

    /**
     * Overlooks an upgrade to HTTP/2, as HTTP/1.1 allows: a gateway before the service would not see the requests after it. Clients of
     * gRPC begin with HTTP/2.
     */
    private static final class NoUpgrade extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request
                    && request.headers().containsValue(HttpHeaderNames.UPGRADE, UPGRADE, true)) {
                request.headers().remove(HttpHeaderNames.UPGRADE).remove("http2-settings");
            }
            context.fireChannelRead(message);
        }
    }
}
