package ai.ultrathink.understudy.testkit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One HTTP/2 connection without TLS, which tells when the server has asked to leave it or has closed it. */
public final class Http2Connection implements AutoCloseable {

    /** An answer: its status, its headers with names in lower case, and its body. */
    public record Answer(int status, Map<String, String> headers, String body) {}

    private static final long CANCEL = 8;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private final HttpClient client;
    private final URI address;

    public Http2Connection(URI address) {
        this.address = address;
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(1);
        this.client = vertx.httpClientBuilder()
                .with(options)
                .withConnectHandler(connection -> {
                    opened.incrementAndGet();
                    connection.exceptionHandler(failure -> {});
                    connection.goAwayHandler(goAway -> left.incrementAndGet());
                    connection.closeHandler(closed -> left.incrementAndGet());
                })
                .build();
    }

    /** How many connections were needed so far. */
    public int opened() {
        return opened.get();
    }

    /** Whether the server has asked to leave the connection, or has closed it. */
    public boolean isLeft() {
        return left.get() > 0;
    }

    public Answer get(String path) {
        return get(path, Map.of());
    }

    public Answer get(String path, Map<String, String> headers) {
        return send(HttpMethod.GET, path, headers, Buffer.buffer());
    }

    /** Sends a body of JSON without saying how much will come. */
    public Answer post(String path, byte[] body) {
        return send(HttpMethod.POST, path, Map.of("Content-Type", "application/json"), Buffer.buffer(body));
    }

    /** Sends what is or is not a message of gRPC; the status is among the headers, also where it came in trailers. */
    public Answer call(String path, byte[] body) {
        return send(
                HttpMethod.POST,
                path,
                Map.of("content-type", "application/grpc", "te", "trailers"),
                Buffer.buffer(body));
    }

    /** Sends a call of gRPC and cancels it at once. */
    public void cancelledCall(String path, byte[] body) {
        client.request(HttpMethod.POST, address.getPort(), address.getHost(), path)
                .compose(request -> {
                    request.exceptionHandler(failure -> {});
                    request.response().onFailure(failure -> {});
                    request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
                    Future<Void> sent = request.end(Buffer.buffer(body));
                    request.reset(CANCEL);
                    return sent.otherwiseEmpty();
                })
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private Answer send(HttpMethod method, String path, Map<String, String> headers, Buffer body) {
        Future<Answer> answer = client.request(method, address.getPort(), address.getHost(), path)
                .compose(request -> {
                    // of what is still to be written, when the server wants no more of it
                    request.exceptionHandler(failure -> {});
                    headers.forEach(request::putHeader);
                    if (body.length() == 0) {
                        request.end();
                    } else {
                        // the answer may come before all is written
                        request.setChunked(true).write(body).compose(written -> request.end());
                    }
                    return request.response();
                })
                .compose(response -> response.body().map(bytes -> {
                    Map<String, String> answered = new TreeMap<>();
                    response.headers().forEach(header -> answered.put(header.getKey(), header.getValue()));
                    response.trailers().forEach(trailer -> answered.put(trailer.getKey(), trailer.getValue()));
                    return new Answer(response.statusCode(), answered, bytes.toString());
                }));
        try {
            return answer.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException(method + " " + path, e.getCause());
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
