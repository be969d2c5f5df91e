package ai.ultrathink.understudy.http.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestsInTurnTest {

    private int reads;
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
                @Override
                public void read(ChannelHandlerContext context) {
                    reads++;
                }
            },
            new RequestsInTurn());

    @Test
    void a_request_waits_for_the_answer_before_it() {
        request("/1");
        request("/2");

        assertEquals("/1", next());
        assertNull(next());

        answer();

        assertEquals("/2", next());
    }

    @Test
    void the_body_of_the_current_request_passes() {
        channel.writeInbound(head("/1"), new DefaultHttpContent(Unpooled.copyInt(1)));
        assertEquals("/1", next());
        DefaultHttpContent part = channel.readInbound();
        assertTrue(part.release());

        channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertEquals(LastHttpContent.EMPTY_LAST_CONTENT, channel.readInbound());
    }

    @Test
    void an_answer_of_information_is_not_the_answer() {
        request("/1");
        request("/2");
        next();

        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        channel.runPendingTasks();

        assertNull(next());
    }

    @Test
    void nothing_is_read_while_a_request_waits() {
        request("/1");
        request("/2");
        next();
        reads = 0;

        channel.read();
        assertEquals(0, reads);

        answer();
        assertEquals(1, reads);
    }

    @Test
    void a_caller_who_takes_no_answers_gets_no_more() {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        request("/1");
        assertNull(next());

        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();

        assertEquals("/1", next());
    }

    @Test
    void above_the_bound_the_connection_is_closed_and_what_waited_is_released() {
        request("/0");
        ByteBuf body = Unpooled.copyInt(1);
        channel.writeInbound(head("/1"), new DefaultHttpContent(body));
        for (int i = 2; i <= RequestsInTurn.MOST; i++) {
            channel.writeInbound(head("/" + i));
        }
        assertTrue(channel.isOpen());

        channel.writeInbound(head("/last"));

        assertFalse(channel.isOpen());
        assertEquals(0, body.refCnt());
    }

    private void request(String path) {
        channel.writeInbound(head(path), LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static HttpRequest head(String path) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    }

    private void answer() {
        channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
        channel.runPendingTasks();
    }

    /** The path of the next request that was passed on. */
    private @Nullable String next() {
        Object passed = channel.readInbound();
        while (passed != null && !(passed instanceof HttpRequest)) {
            passed = channel.readInbound();
        }
        return passed instanceof HttpRequest request ? request.uri() : null;
    }
}
