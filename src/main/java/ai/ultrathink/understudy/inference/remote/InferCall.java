package ai.ultrathink.understudy.inference.remote;

import io.vertx.core.Future;

/** A pass that is under way. Used on the event loop of its client. */
public interface InferCall {

    /** Ends once: with a reply that fits the request, or with a {@link RemoteException}. */
    Future<InferReply> reply();

    /** Ends the exchange at once, if it has not ended. The server is told, as far as the transport can. */
    void cancel(RemoteException why);
}
