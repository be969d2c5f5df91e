package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.inference.remote.RemoteException.Fault;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One request and its reply, which is collected up to a bound. Used on one event loop. */
final class HttpExchange {

    /** Of HTTP/2: the reply is no longer wanted. HTTP/1.1 closes the connection. */
    private static final long CANCEL = 8;

    private final int mostBytes;
    private final LongSupplier nanos;
    private final long startNanos;
    private final Promise<HttpReply> reply = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private @Nullable HttpClientRequest request;
    private long connectNanos;
    private boolean over;

    /** @param mostBytes a longer reply is refused */
    HttpExchange(int mostBytes, LongSupplier nanos) {
        this.mostBytes = mostBytes;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
    }

    Future<HttpReply> reply() {
        return reply.future();
    }

    HttpExchange send(HttpClient client, RequestOptions options, Buffer content) {
        try {
            client.request(options).onComplete(opened -> opened(opened, content));
        } catch (IllegalStateException e) {
            // the version was replaced, and its client closed
            fail(closed(e));
        }
        return this;
    }

    private void opened(AsyncResult<HttpClientRequest> opened, Buffer content) {
        if (opened.failed()) {
            fail(unreachable(opened.cause()));
            return;
        }
        HttpClientRequest open = opened.result();
        if (over) {
            open.reset(CANCEL);
            return;
        }
        request = open;
        connectNanos = nanos.getAsLong() - startNanos;
        open.send(content).onComplete(answered -> {
            if (answered.failed()) {
                fail(closed(answered.cause()));
            } else {
                collect(answered.result());
            }
        });
    }

    private void collect(HttpClientResponse response) {
        response.exceptionHandler(failure -> fail(closed(failure)));
        response.handler(chunk -> {
            if (over) {
                return;
            }
            if (body.length() + chunk.length() > mostBytes) {
                fail(RemoteException.invalid("its reply is longer than " + mostBytes + " bytes"));
                reset();
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.endHandler(end -> {
            if (!over) {
                over = true;
                reply.complete(new HttpReply(
                        response.statusCode(), response.headers(), response.trailers(), body, connectNanos));
            }
        });
    }

    /** Ends the exchange, if it has not ended. */
    void cancel(RemoteException why) {
        if (!over) {
            fail(why);
            reset();
        }
    }

    private void reset() {
        HttpClientRequest sent = request;
        if (sent != null) {
            sent.reset(CANCEL);
        }
    }

    private void fail(RemoteException why) {
        if (!over) {
            over = true;
            reply.fail(why);
        }
    }

    private static RemoteException unreachable(Throwable cause) {
        String why = switch (cause) {
            case UnknownHostException unknown -> "its host is not known: " + firstLine(unknown);
            case ConnectionPoolTooBusyException busy -> "all its connections are busy or still being made";
            case ConnectTimeoutException late -> "no connection within the time: " + firstLine(late);
            case TimeoutException late -> "no connection within the time: " + firstLine(late);
            case SSLException tls -> "no encrypted connection: " + firstLine(tls);
            default -> firstLine(cause);
        };
        return new RemoteException(
                Fault.CONNECT,
                false,
                "it cannot be reached: " + why + "; start the server, or correct remote.url in model.json");
    }

    private static RemoteException closed(Throwable cause) {
        return new RemoteException(
                Fault.CLOSED, false, "the connection ended before the reply was complete: " + firstLine(cause));
    }

    static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage())
                .lines()
                .findFirst()
                .orElse(cause.getClass().getSimpleName());
    }
}
