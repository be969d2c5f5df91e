package ai.ultrathink.understudy.inference;

import ai.ultrathink.understudy.experiment.TimeSource;
import ai.ultrathink.understudy.inference.remote.InferCall;
import ai.ultrathink.understudy.inference.remote.InferReply;
import ai.ultrathink.understudy.inference.remote.OipClient;
import ai.ultrathink.understudy.inference.remote.OipModelMetadata;
import ai.ultrathink.understudy.inference.remote.RemoteException;
import ai.ultrathink.understudy.inference.remote.ServerMetadata;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a server while its model is loaded, within one time limit for all questions. The thread that loads waits for each answer. */
final class RemoteQuestions {

    private final OipClient client;
    private final Context context;
    private final Duration within;
    private final TimeSource time;
    private final long startNanos;

    RemoteQuestions(OipClient client, Context context, Duration within, TimeSource time) {
        this.client = client;
        this.context = context;
        this.within = within;
        this.time = time;
        this.startNanos = time.nanoTime();
    }

    ServerMetadata server() throws RemoteException {
        return await(client.server(left()));
    }

    OipModelMetadata model() throws RemoteException {
        return await(client.model(left()));
    }

    /** The answer to a row, repeated. */
    InferReply ask(RemoteSignature signature, float[] row, int times) throws RemoteException {
        FloatBuffer values = FloatBuffer.allocate(row.length * times);
        for (int i = 0; i < times; i++) {
            values.put(row);
        }
        values.flip();
        Duration left = left();
        Promise<InferReply> reply = Promise.promise();
        context.runOnContext(now -> {
            InferCall call = client.infer(signature.request("load-" + times, values, times), left.toNanos());
            long timer = context.owner()
                    .setTimer(left.toMillis(), late -> call.cancel(RemoteException.timeout(left.toMillis())));
            call.reply().onComplete(ended -> context.owner().cancelTimer(timer)).onComplete(reply);
        });
        return await(reply.future());
    }

    /** At least a millisecond, which is the shortest time of a timer. */
    private Duration left() {
        Duration left = within.minusNanos(time.nanoTime() - startNanos);
        return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    }

    private <T> T await(Future<T> answer) throws RemoteException {
        try {
            // the client ends each exchange by itself; a second more, in case that its event loop is gone
            return answer.toCompletionStage()
                    .toCompletableFuture()
                    .get(within.plusSeconds(1).toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RemoteException failure) {
                throw failure;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw RemoteException.timeout(within.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RemoteException.stopping();
        }
    }
}
