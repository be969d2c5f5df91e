package ai.ultrathink.understudy.testkit;

import static ai.ultrathink.understudy.testkit.Waiting.await;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small server of the Open Inference Protocol with one model, {@code echo}. It refuses what is not exactly the protocol, and does what a
 * test tells it. A row is answered with its first number as the probability of HOLD, if it can be one, and the rest as BUY.
 */
public final class OipServer implements AutoCloseable {

    /** The model's name. */
    public static final String MODEL = "echo";

    private static final int ACTIONS = 3;

    /** What it does with a pass. */
    public enum Deed {
        ANSWER,
        SILENT,
        DRIP,
        HALF,
        CLOSE,
        GARBAGE,
        LONG,
        WRONG_SHAPE,
        WRONG_TYPE,
        WRONG_ID,
        TOO_FEW,
        NOT_FINITE,
        OTHER_MODEL,
        OTHER_VERSION,
        BUSY,
        TOO_MANY,
        BROKEN,
        REDIRECT,
        /** Of REST only: an error that has the status of an answer. */
        ERROR_AS_ANSWER,
        /** Of REST only: an object where a list belongs. */
        NO_LIST
    }

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final boolean rpc;
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile HttpServer http;
    private volatile Deed deed = Deed.ANSWER;
    private volatile float badRow = Float.NaN;
    private volatile String version = "3";
    private volatile String datatype = "FP32";
    private volatile int columns = 2;
    private volatile int mostRows = 1_000;
    private volatile long firstDimension = -1;
    private volatile boolean binary;

    private OipServer(boolean rpc) {
        this.rpc = rpc;
        this.http = listen(0);
    }

    /** A server of REST. */
    public static OipServer rest() {
        return new OipServer(false);
    }

    /** A server of gRPC, without encryption. */
    public static OipServer rpc() {
        return new OipServer(true);
    }

    private HttpServer listen(int port) {
        HttpServerOptions options = new HttpServerOptions().setPort(port).setHost("127.0.0.1");
        OipGrpc grpc = new OipGrpc(vertx, this);
        OipRest rest = new OipRest(this);
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(request -> {
                    request.response().exceptionHandler(gone -> abandoned.incrementAndGet());
                    if (rpc) {
                        grpc.handle(request);
                    } else {
                        rest.handle(request);
                    }
                })
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** The address for a card. */
    public String url() {
        return (rpc ? "grpc" : "http") + "://127.0.0.1:" + http.actualPort();
    }

    /** A card for the model. */
    public String card() {
        return card(", \"golden\": {\"input\": [0.25%s], \"output\": [0.25, 0.75, 0.0]}"
                .formatted(", 1.0".repeat(columns - 1)));
    }

    /** A card with other fields at its end, each with a comma before it. */
    public String card(String more) {
        return """
                {"version": "7", "runtime": "remote", "input_size": %d, "actions": ["HOLD", "BUY", "SELL"],
                 "output": "probabilities", "remote": {"url": "%s", "protocol": "oip", "model": "echo"}%s}
                """.formatted(columns, url(), more);
    }

    /** From now on it does this with each pass. */
    public OipServer will(Deed next) {
        deed = next;
        return this;
    }

    /** It refuses each batch with a row that begins with this number. */
    public OipServer refusesRowsOf(float first) {
        badRow = first;
        return this;
    }

    /** It has another version of the model. */
    public OipServer has(String otherVersion) {
        version = otherVersion;
        return this;
    }

    /** Its model takes numbers of another type. */
    public OipServer takes(String otherDatatype) {
        datatype = otherDatatype;
        return this;
    }

    /** Its model takes so many features. */
    public OipServer takes(int features) {
        columns = features;
        return this;
    }

    /** It refuses larger batches, which its metadata does not say. */
    public OipServer takesRows(int most) {
        mostRows = most;
        return this;
    }

    /** What its metadata say of the batch. */
    public OipServer saysOfBatches(long dimension) {
        firstDimension = dimension;
        return this;
    }

    /** It knows binary tensors. */
    public OipServer knowsBinary() {
        binary = true;
        return this;
    }

    /** The rows of each pass that it understood. */
    public List<Integer> batches() {
        return batches;
    }

    /** Requests whose connection or stream the client ended. */
    public int abandoned() {
        return abandoned.get();
    }

    /** Connections that were made. */
    public int connections() {
        return connections.get();
    }

    /** Goes away; the port is free then. */
    public void stop() {
        http.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** Stops and comes back on the same port, whether it is there or not. */
    public void restart() {
        stop();
        start();
    }

    /** Comes back on the same port, as soon as it is free: a connection that the system makes may have it for a moment. */
    public void start() {
        int port = http.actualPort();
        http = await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsMatching(e -> e.getCause() instanceof BindException)
                .until(() -> listen(port), listening -> true);
    }

    Deed deed() {
        return deed;
    }

    String version() {
        return version;
    }

    String datatype() {
        return datatype;
    }

    long firstDimension() {
        return firstDimension;
    }

    int columns() {
        return columns;
    }

    boolean binary() {
        return binary;
    }

    /** Notes a pass; why it is refused, or empty. */
    String refuses(float[] values) {
        int rows = values.length / columns;
        batches.add(rows);
        if (rows > mostRows) {
            return "batch-size must be <= " + mostRows;
        }
        for (int row = 0; row < rows; row++) {
            if (values[row * columns] == badRow) {
                return "a bad row";
            }
        }
        return deed == Deed.BROKEN ? "out of order" : "";
    }

    /** The answer to rows, as this server gives it now. */
    float[] answer(float[] values) {
        int rows = values.length / columns;
        float[] answer = new float[rows * ACTIONS];
        for (int row = 0; row < rows; row++) {
            float first = values[row * columns];
            float hold = first >= 0 && first <= 1 ? first : 0.5f;
            answer[row * ACTIONS] = deed == Deed.NOT_FINITE ? Float.NaN : hold;
            answer[row * ACTIONS + 1] = 1 - hold;
        }
        return answer;
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** Does what concerns the connection; false if the request is to be answered. */
    boolean misbehaves(HttpServerRequest request, byte[] beginning) {
        switch (deed) {
            case SILENT -> {}
            case CLOSE -> request.connection().close();
            case HALF ->
                request.response()
                        .setChunked(true)
                        .write(beginning.length == 0 ? Buffer.buffer("{") : Buffer.buffer(beginning))
                        .onComplete(written -> request.connection().close());
            case DRIP -> {
                request.response().setChunked(true);
                long timer = vertx.setPeriodic(5, drip -> request.response().write(" "));
                request.response().exceptionHandler(gone -> {
                    vertx.cancelTimer(timer);
                    abandoned.incrementAndGet();
                });
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}
