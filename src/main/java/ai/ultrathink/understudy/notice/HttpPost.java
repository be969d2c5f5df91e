package ai.ultrathink.understudy.notice;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One POST, which ends within its time no matter what the receiver does. Redirects are not followed. Of the reply only the beginning is
 * read. Used on one event loop.
 */
final class HttpPost {

    private static final int MOST_BYTES = 4096;
    /** Of HTTP/2: the reply is no longer wanted. HTTP/1.1 closes the connection. */
    private static final long CANCEL = 8;

    private final Promise<PostReply> reply;
    private final Buffer beginning = Buffer.buffer();
    private @Nullable HttpClientRequest request;
    private boolean over;

    private HttpPost(Promise<PostReply> reply) {
        this.reply = reply;
    }

    /** From any thread. */
    static Future<PostReply> send(
            Vertx vertx, HttpClient client, RequestOptions options, Buffer content, Duration within) {
        Promise<PostReply> reply = Promise.promise();
        HttpPost post = new HttpPost(reply);
        vertx.runOnContext(go -> {
            long timer = vertx.setTimer(
                    within.toMillis(),
                    late -> post.end(new TimeoutException("no answer within " + within.toMillis() + " ms")));
            reply.future().onComplete(ended -> vertx.cancelTimer(timer));
            post.open(client, options, content);
        });
        return reply.future();
    }

    private void open(HttpClient client, RequestOptions options, Buffer content) {
        client.request(options).onComplete(opened -> {
            if (opened.failed()) {
                end(opened.cause());
                return;
            }
            HttpClientRequest open = opened.result();
            if (over) {
                open.reset(CANCEL);
                return;
            }
            request = open;
            open.send(content).onComplete(answered -> {
                if (answered.failed()) {
                    end(answered.cause());
                } else {
                    collect(answered.result());
                }
            });
        });
    }

    /** The status is what counts, so a reply whose body breaks off is one. */
    private void collect(HttpClientResponse response) {
        response.exceptionHandler(broken -> answered(response));
        response.endHandler(end -> answered(response));
        response.handler(chunk -> {
            if (!over && beginning.appendBuffer(chunk).length() > MOST_BYTES) {
                answered(response);
                reset();
            }
        });
    }

    private void answered(HttpClientResponse response) {
        if (!over) {
            over = true;
            String body = beginning.getString(0, Math.min(beginning.length(), MOST_BYTES));
            reply.complete(new PostReply(response.statusCode(), response.getHeader("Retry-After"), body));
        }
    }

    private void end(Throwable why) {
        if (!over) {
            over = true;
            reply.fail(why);
            reset();
        }
    }

    private void reset() {
        HttpClientRequest sent = request;
        if (sent != null) {
            sent.reset(CANCEL);
        }
    }
}
