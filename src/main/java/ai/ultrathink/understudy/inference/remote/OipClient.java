package ai.ultrathink.understudy.inference.remote;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A client for one model on one server. No call blocks, none follows redirects, and replies are bounded in size. */
public interface OipClient extends AutoCloseable {

    /**
     * Makes a client. It connects when it is asked for something.
     *
     * @param context the event loop on which it works
     * @param settings of its connections
     * @param nanos the time
     */
    static OipClient of(RemoteTarget target, Context context, ClientSettings settings, LongSupplier nanos) {
        return target.rpc()
                ? new GrpcOip(target, new Exchanges(context, settings.rpc(target), nanos))
                : new RestOip(target, new Exchanges(context, settings.rest(target), nanos));
    }

    /** What the server says of itself; fails with a {@link RemoteException}. From any thread. */
    Future<ServerMetadata> server(Duration within);

    /** What the server says of the model; fails with a {@link RemoteException}. From any thread. */
    Future<OipModelMetadata> model(Duration within);

    /** From now on tensors are bytes, where the protocol leaves a choice. */
    void useBinaryTensors();

    /**
     * Asks the model. On the client's event loop only.
     *
     * @param withinNanos when the answer is no longer wanted; told to the server if the transport can. Until it is cancelled the call
     *     goes on
     */
    InferCall infer(OipRequest request, long withinNanos);

    /** Closes its connections. */
    @Override
    void close();
}
