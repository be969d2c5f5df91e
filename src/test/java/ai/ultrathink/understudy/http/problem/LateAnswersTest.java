package ai.ultrathink.understudy.http.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LateAnswersTest {

    private final List<Throwable> seen = new ArrayList<>();
    private final EmbeddedChannel channel =
            new EmbeddedChannel(LateAnswers.KEPT_OFF, new ChannelInboundHandlerAdapter() {
                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
                    seen.add(failure);
                }
            });

    private List<Throwable> seen(Throwable failure) {
        channel.pipeline().fireExceptionCaught(failure);
        return seen;
    }

    @Test
    void an_answer_to_a_stream_that_is_gone_does_not_concern_the_connection() {
        Http2Exception cause =
                Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "Request stream 5 is not correct");

        assertEquals(List.of(), seen(new IllegalStateException("Stream no longer exists: 5", cause)));
        assertEquals(List.of(), seen(new IllegalArgumentException("Stream no longer exists: 5")));
        assertEquals(List.of(), seen(new IllegalStateException("Stream 5 in unexpected state CLOSED")));
        assertEquals(
                List.of(),
                seen(Http2Exception.streamError(5, Http2Error.CANCEL, "Stream closed before write could take place")));
    }

    @Test
    void what_is_wrong_with_the_connection_does() {
        List<Throwable> failures = List.of(
                new IOException("Connection reset by peer"),
                new IllegalStateException("unexpected message type"),
                new IllegalStateException(),
                Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "Stream 5 is bad"));
        failures.forEach(this::seen);

        assertEquals(failures, seen);
    }
}
