package ai.ultrathink.understudy.http.problem;

import ai.ultrathink.understudy.http.connection.ConnectionLimits;
import ai.ultrathink.understudy.http.connection.RequestsInTurn;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;

/**
 * Inserts the handlers of an HTTP/1 connection after its decoder, and closes a connection above the limit of its peer. Vert.x
 * creates the decoder with the connection, or with TLS after the handshake, in both cases before the first request is decoded.
 * HTTP/2 has another decoder and needs none of this.
 */
final class ConnectionHandlers extends ChannelInboundHandlerAdapter {

    // names that Vert.x uses
    private static final String HANDSHAKE = "handshaker";
    private static final String ENCODER = "httpEncoder";

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // no caller waits for the end of a refused connection
    public void channelRegistered(ChannelHandlerContext context) {
        context.fireChannelRegistered();
        ChannelPipeline pipeline = context.pipeline();
        pipeline.remove(this);
        if (!ConnectionLimits.admit(context.channel())) {
            context.channel().close();
        } else if (pipeline.get(HANDSHAKE) == null) {
            place(pipeline);
        } else {
            pipeline.addAfter(HANDSHAKE, null, new AfterHandshake());
        }
    }

    private static void place(ChannelPipeline pipeline) {
        if (pipeline.get(ENCODER) != null) {
            pipeline.addAfter(ENCODER, null, new RequestsInTurn());
            pipeline.addAfter(ENCODER, null, new MalformedRequestHandler());
        }
    }

    /** Comes before the decoder, and sees the first bytes that were encrypted. */
    private static final class AfterHandshake extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            place(context.pipeline());
            context.pipeline().remove(this);
            context.fireChannelRead(message);
        }
    }
}
