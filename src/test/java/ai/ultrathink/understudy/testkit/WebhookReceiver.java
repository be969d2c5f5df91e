package ai.ultrathink.understudy.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A receiver of webhooks, which notes each post and does what a test tells it. */
public final class WebhookReceiver implements AutoCloseable {

    /**
     * A post, as it came.
     *
     * @param headers with lower-case names
     */
    public record Post(String path, Map<String, String> headers, String body) {

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /**
     * What it does with a post.
     *
     * @param status 0 closes the connection, -1 never answers
     * @param headers of the answer
     */
    public record Deed(int status, Map<String, String> headers) {

        public static final Deed TAKE = new Deed(204, Map.of());
        public static final Deed CLOSE = new Deed(0, Map.of());
        public static final Deed HANG = new Deed(-1, Map.of());

        public static Deed answer(int status) {
            return new Deed(status, Map.of());
        }
    }

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<Post> posts = new CopyOnWriteArrayList<>();
    private final HttpServerOptions options;
    private volatile Function<Post, Deed> rule = post -> Deed.TAKE;
    private volatile HttpServer http;

    public WebhookReceiver() {
        this(new HttpServerOptions());
    }

    private WebhookReceiver(HttpServerOptions options) {
        this.options = options.setHost("127.0.0.1");
        this.http = listen(0);
    }

    /** One that speaks TLS alone. */
    public static WebhookReceiver withTls(Authority.Pair pair) {
        return new WebhookReceiver(new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(pair.certificate().toString())
                        .setKeyPath(pair.key().toString())));
    }

    /** What it does from now on. The rule is asked on one thread. */
    public WebhookReceiver will(Function<Post, Deed> next) {
        rule = next;
        return this;
    }

    public WebhookReceiver will(Deed next) {
        return will(post -> next);
    }

    /** All posts that came, in order, whatever was done with them. */
    public List<Post> posts() {
        return List.copyOf(posts);
    }

    public String url(String path) {
        return (options.isSsl() ? "https" : "http") + "://127.0.0.1:" + http.actualPort() + path;
    }

    /** Goes away; the port is free then. */
    public void stop() {
        await(http.close().toCompletionStage().toCompletableFuture());
    }

    /** Comes back on the same port. */
    public void start() {
        http = listen(http.actualPort());
    }

    private HttpServer listen(int port) {
        return await(vertx.createHttpServer(new HttpServerOptions(options).setPort(port))
                .requestHandler(request -> request.bodyHandler(body -> received(request, body)))
                .listen()
                .toCompletionStage()
                .toCompletableFuture());
    }

    private void received(HttpServerRequest request, Buffer body) {
        Map<String, String> headers = new TreeMap<>();
        request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        Post post = new Post(request.uri(), headers, body.toString());
        posts.add(post);
        Deed deed = rule.apply(post);
        if (deed.status == 0) {
            request.connection().close();
        } else if (deed.status > 0) {
            deed.headers.forEach(request.response()::putHeader);
            request.response().setStatusCode(deed.status).end(deed.status < 300 ? "" : "no\nthanks");
        }
    }

    private static <T> T await(CompletableFuture<T> done) {
        return done.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        await(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
