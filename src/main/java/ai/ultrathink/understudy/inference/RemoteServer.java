package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.inference.remote.InferCall;
import ai.ultrathink.understudy.inference.remote.InferReply;
import ai.ultrathink.understudy.inference.remote.OipClient;
import ai.ultrathink.understudy.inference.remote.OipModelMetadata;
import ai.ultrathink.understudy.inference.remote.RemoteException;
import ai.ultrathink.understudy.inference.remote.RemoteTarget;
import ai.ultrathink.understudy.inference.remote.ServerText;
import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model on a server, as it was when it was loaded.
 *
 * @param context the event loop of the client
 * @param metadata what the server said of the model
 * @param software the server's name and version
 * @param version what the server called the version that answered the golden question; empty if it did not say
 */
record RemoteServer(
        RemoteTarget target,
        OipClient client,
        Context context,
        RemoteSignature signature,
        OipModelMetadata metadata,
        String version,
        String software) {

    /** Runs something on the event loop. */
    void run(Runnable step) {
        context.runOnContext(now -> step.run());
    }

    String describe() {
        return target.describe();
    }

    /** The server and what runs on it, for readers. */
    String full() {
        return "answered by " + target.describe() + " (" + software
                + (version.isEmpty() || target.version() != null ? "" : ", version " + ServerText.shown(version)) + ")";
    }

    /** On the event loop only. */
    InferCall infer(String id, FloatBuffer values, int rows, long withinNanos) {
        return client.infer(signature.request(id, values, rows), withinNanos);
    }

    /** What is said of an answer that another version gave; null if it is the one that was loaded. */
    @Nullable String otherVersion(InferReply reply) {
        return version.isEmpty() || reply.version().isEmpty() || reply.version().equals(version)
                ? null
                : "version " + ServerText.shown(reply.version()) + " answered, and version " + ServerText.shown(version)
                        + " was loaded; " + acceptance();
    }

    private static String acceptance() {
        return "to accept another version, change version in model.json and reload";
    }

    /** Why the model may not be used: what the server says of it has changed, or cannot be read. Empty if it is as it was. */
    Uni<Optional<Outcome>> change(Duration within) {
        return Uni.createFrom()
                .completionStage(() -> client.model(within).toCompletionStage())
                .map(now -> Optional.ofNullable(now.differs(metadata, target.version()))
                        .<Outcome>map(
                                differs -> new Outcome.Invalid(describe() + ": " + differs + "; " + acceptance())))
                .onFailure()
                .recoverWithItem(failure -> Optional.of(unread(failure, within)));
    }

    private Outcome unread(Throwable failure, Duration within) {
        return failure instanceof RemoteException known && known.fault() == RemoteException.Fault.TIMEOUT
                ? new Outcome.TimedOut(within.toMillis())
                : new Outcome.Failed(describe() + ": " + failure.getMessage());
    }

    /** A failure of the server as one of its model. */
    Outcome outcome(RemoteException failure) {
        String detail = describe() + ": " + failure.detail();
        return switch (failure.fault()) {
            case INVALID, CHANGED -> new Outcome.Invalid(detail);
            case CONNECT, CLOSED, TIMEOUT, STATUS -> new Outcome.Failed(detail);
        };
    }
}
