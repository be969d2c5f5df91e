package ai.ultrathink.understudy.inference.remote;

import ai.ultrathink.understudy.inference.remote.RemoteException.Fault;
import ai.ultrathink.understudy.oip.grpc.ModelInferResponse;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataRequest;
import ai.ultrathink.understudy.oip.grpc.ModelMetadataResponse;
import ai.ultrathink.understudy.oip.grpc.ServerMetadataRequest;
import ai.ultrathink.understudy.oip.grpc.ServerMetadataResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.Status;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The protocol over gRPC. A call with one message each way is a POST of HTTP/2 with five bytes before the message, and trailers, so the
 * bounds of {@link HttpExchange} hold here as well.
 */
final class GrpcOip implements OipClient {

    private static final String SERVICE = "/inference.GRPCInferenceService/";
    private static final int PREFIX_BYTES = 5;
    private static final int MOST_METADATA_BYTES = 1 << 20;
    private static final int OK = 200;
    // the longest that the protocol can say
    private static final long MOST_MILLIS = 99_999_999;
    private static final Set<Status.Code> MAY_BE_ONE_ROW = Set.of(
            Status.Code.INVALID_ARGUMENT,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.OUT_OF_RANGE,
            Status.Code.INTERNAL,
            Status.Code.UNKNOWN);

    private final RemoteTarget target;
    private final Exchanges exchanges;

    GrpcOip(RemoteTarget target, Exchanges exchanges) {
        this.target = target;
        this.exchanges = exchanges;
    }

    @Override
    public Future<ServerMetadata> server(Duration within) {
        Future<HttpReply> reply = exchanges.send(
                options("ServerMetadata", within.toMillis()),
                framed(ServerMetadataRequest.getDefaultInstance()),
                MOST_METADATA_BYTES,
                within);
        return ExchangeCall.read(reply, http -> OipProtobuf.server(message(http, ServerMetadataResponse.parser())));
    }

    @Override
    public Future<OipModelMetadata> model(Duration within) {
        String version = target.version();
        ModelMetadataRequest request = ModelMetadataRequest.newBuilder()
                .setName(target.model())
                .setVersion(version == null ? "" : version)
                .build();
        Future<HttpReply> reply = exchanges.send(
                options("ModelMetadata", within.toMillis()), framed(request), MOST_METADATA_BYTES, within);
        return ExchangeCall.read(reply, http -> OipProtobuf.model(message(http, ModelMetadataResponse.parser())));
    }

    @Override
    public void useBinaryTensors() {
        // numbers are bytes in any case
    }

    @Override
    public InferCall infer(OipRequest request, long withinNanos) {
        HttpExchange exchange = exchanges.send(
                options("ModelInfer", TimeUnit.NANOSECONDS.toMillis(withinNanos)),
                framed(OipProtobuf.request(request, target)),
                request.mostReplyBytes());
        return new ExchangeCall(
                exchange,
                http -> OipProtobuf.reply(request, target, message(http, ModelInferResponse.parser()), http.times()));
    }

    private static RequestOptions options(String method, long millis) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setURI(SERVICE + method)
                .putHeader("content-type", "application/grpc")
                .putHeader("te", "trailers")
                .putHeader("grpc-timeout", Math.clamp(millis, 1, MOST_MILLIS) + "m");
    }

    private static Buffer framed(MessageLite message) {
        byte[] bytes = message.toByteArray();
        return Buffer.buffer(PREFIX_BYTES + bytes.length)
                .appendByte((byte) 0)
                .appendInt(bytes.length)
                .appendBytes(bytes);
    }

    private static <T extends MessageLite> T message(HttpReply reply, Parser<T> parser) throws RemoteException {
        if (reply.status() != OK) {
            throw new RemoteException(
                    Fault.STATUS, false, "it answered HTTP " + reply.status() + "; is it a gRPC server?");
        }
        String status = reply.field("grpc-status");
        if (status == null) {
            throw RemoteException.invalid("its reply has no grpc-status; is it a gRPC server?");
        }
        if (!status.equals("0")) {
            throw refused(status, reply.field("grpc-message"));
        }
        Buffer body = reply.body();
        if (body.length() < PREFIX_BYTES || body.getByte(0) != 0 || body.getInt(1) != body.length() - PREFIX_BYTES) {
            throw RemoteException.invalid("its reply is not one message without compression");
        }
        try {
            return parser.parseFrom(body.getBytes(PREFIX_BYTES, body.length()));
        } catch (InvalidProtocolBufferException e) {
            throw RemoteException.invalid(
                    "its reply is not the protocol's message: " + ServerText.shown(HttpExchange.firstLine(e)));
        }
    }

    private static RemoteException refused(String status, @Nullable String message) {
        Status.Code code = Status.fromCodeValue(number(status)).getCode();
        String said = message == null ? "" : ": " + ServerText.shown(decoded(message));
        return new RemoteException(Fault.STATUS, MAY_BE_ONE_ROW.contains(code), "it answered " + code + said);
    }

    private static int number(String status) {
        try {
            return Integer.parseInt(status);
        } catch (NumberFormatException e) {
            return Status.Code.UNKNOWN.value();
        }
    }

    /** It is percent-encoded, where a plus is a plus. */
    private static String decoded(String message) {
        try {
            return URLDecoder.decode(message.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return message;
        }
    }

    @Override
    public void close() {
        exchanges.close();
    }
}
