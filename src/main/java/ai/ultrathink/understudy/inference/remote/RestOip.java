package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.inference.remote.RemoteException.Fault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The protocol over REST: JSON, and binary tensors where the server knows them. */
final class RestOip implements OipClient {

    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";
    private static final int MOST_METADATA_BYTES = 1 << 20;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int INTERNAL = 500;

    private final RemoteTarget target;
    private final Exchanges exchanges;
    private final String model;
    private volatile boolean binary;

    RestOip(RemoteTarget target, Exchanges exchanges) {
        this.target = target;
        this.exchanges = exchanges;
        String version = target.version();
        this.model = target.path() + "/v2/models/" + encoded(target.model())
                + (version == null ? "" : "/versions/" + encoded(version));
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public Future<ServerMetadata> server(Duration within) {
        return ExchangeCall.read(
                get(target.path() + "/v2", within),
                reply -> reply.status() == NOT_FOUND
                        ? ServerMetadata.UNKNOWN
                        : OipJson.server(accepted(reply).body()));
    }

    @Override
    public Future<OipModelMetadata> model(Duration within) {
        return ExchangeCall.read(
                get(model, within), reply -> OipJson.model(accepted(reply).body()));
    }

    private Future<HttpReply> get(String path, Duration within) {
        return exchanges.send(
                new RequestOptions().setMethod(HttpMethod.GET).setURI(path),
                Buffer.buffer(),
                MOST_METADATA_BYTES,
                within);
    }

    @Override
    public void useBinaryTensors() {
        binary = true;
    }

    @Override
    public InferCall infer(OipRequest request, long withinNanos) {
        boolean bytes = binary;
        byte[] json = OipJson.request(request, bytes);
        Buffer content = Buffer.buffer(json);
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setURI(model + "/infer");
        if (bytes) {
            content.appendBytes(request.bytes());
            options.putHeader("content-type", "application/octet-stream")
                    .putHeader(HEADER_LENGTH, Integer.toString(json.length));
        } else {
            options.putHeader("content-type", "application/json");
        }
        HttpExchange exchange = exchanges.send(options, content, request.mostReplyBytes());
        return new ExchangeCall(exchange, reply -> answer(request, accepted(reply)));
    }

    private InferReply answer(OipRequest request, HttpReply reply) throws RemoteException {
        return OipJson.reply(request, target, reply, jsonBytes(reply));
    }

    private static int jsonBytes(HttpReply reply) throws RemoteException {
        String length = reply.headers().get(HEADER_LENGTH);
        int all = reply.body().length();
        if (length == null) {
            return all;
        }
        try {
            int json = Integer.parseInt(length);
            if (json >= 0 && json <= all) {
                return json;
            }
        } catch (NumberFormatException e) {
            // as if it were out of range
        }
        throw RemoteException.invalid(
                "its reply has " + all + " bytes, and " + HEADER_LENGTH + " " + ServerText.shown(length));
    }

    private static HttpReply accepted(HttpReply reply) throws RemoteException {
        int status = reply.status();
        if (status == OK) {
            return reply;
        }
        String said = OipJson.error(reply.body());
        String what = "it answered " + status + (said.isEmpty() ? "" : ": " + said);
        boolean redirect = status >= 300 && status < 400;
        throw new RemoteException(
                Fault.STATUS,
                status >= 400 && status <= INTERNAL && status != TIMEOUT && status != TOO_MANY,
                redirect ? what + "; redirects are not followed, name the final address in remote.url" : what);
    }

    @Override
    public void close() {
        exchanges.close();
    }
}
