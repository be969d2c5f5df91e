package ai.ultrathink.understudy.inference.remote;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A pool of connections, and the event loop on which they are used. */
final class Exchanges {

    private final Context context;
    private final HttpClient client;
    private final LongSupplier nanos;

    Exchanges(Context context, HttpClientOptions options, LongSupplier nanos) {
        this.context = context;
        this.client = context.owner().createHttpClient(options);
        this.nanos = nanos;
    }

    /** On the event loop only. Goes on until it ends or is cancelled. */
    HttpExchange send(RequestOptions options, Buffer content, int mostBytes) {
        return new HttpExchange(mostBytes, nanos).send(client, options, content);
    }

    /** From any thread. Ends within the time. */
    Future<HttpReply> send(RequestOptions options, Buffer content, int mostBytes, Duration within) {
        Promise<HttpReply> reply = Promise.promise();
        context.runOnContext(go -> {
            HttpExchange exchange = send(options, content, mostBytes);
            Vertx vertx = context.owner();
            long millis = Math.max(1, within.toMillis());
            long timer = vertx.setTimer(millis, late -> exchange.cancel(RemoteException.timeout(millis)));
            exchange.reply().onComplete(ended -> vertx.cancelTimer(timer)).onComplete(reply);
        });
        return reply.future();
    }

    void close() {
        client.close();
    }
}
