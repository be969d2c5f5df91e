package ai.ultrathink.understudy.http.problem;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;

/**
 * Inserts a {@link MalformedRequestHandler} after the HTTP/1 decoder, before the first request is decoded. Vert.x
 * creates the decoder when it has seen that a connection does not begin with HTTP/2, after one byte or a few; so the
 * first bytes are passed on one by one.
 */
final class MalformedRequestHandlerInstaller extends ChannelInboundHandlerAdapter {

    // names that Vert.x uses
    private static final String TLS = "ssl";
    private static final String ENCODER = "httpEncoder";

    /** Length of the HTTP/2 connection preface. */
    private int undecided = 24;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        while (!isPlaced(context) && undecided > 0 && bytes.isReadable() && !isEncrypted(context)) {
            undecided--;
            context.fireChannelRead(bytes.readRetainedSlice(1));
        }
        if (bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else {
            ReferenceCountUtil.release(bytes);
        }
        if (!context.isRemoved() && (isPlaced(context) || undecided <= 0)) {
            context.pipeline().remove(this);
        }
    }

    private static boolean isPlaced(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        if (pipeline.get(MalformedRequestHandler.class) == null && pipeline.get(ENCODER) != null) {
            pipeline.addAfter(ENCODER, null, new MalformedRequestHandler());
        }
        return pipeline.get(MalformedRequestHandler.class) != null;
    }

    /** Whether the bytes are encrypted. Then the decoder exists after the handshake. */
    private static boolean isEncrypted(ChannelHandlerContext context) {
        return context.pipeline().get(TLS) != null;
    }
}
