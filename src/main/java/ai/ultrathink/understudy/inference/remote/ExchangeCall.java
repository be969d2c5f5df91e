package ai.ultrathink.understudy.inference.remote;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A pass that is one exchange. */
final class ExchangeCall implements InferCall {

    private final HttpExchange exchange;
    private final Future<InferReply> reply;

    ExchangeCall(HttpExchange exchange, Reading<InferReply> reading) {
        this.exchange = exchange;
        this.reply = read(exchange.reply(), reading);
    }

    /** Reads a reply, or says what is wrong with it. */
    interface Reading<T> {
        T of(HttpReply reply) throws RemoteException;
    }

    /** The reply as it is read; a bug in reading fails this reply alone. */
    static <T> Future<T> read(Future<HttpReply> reply, Reading<T> reading) {
        Promise<T> read = Promise.promise();
        reply.onComplete(ended -> {
            if (ended.failed()) {
                read.fail(ended.cause());
                return;
            }
            try {
                read.complete(reading.of(ended.result()));
            } catch (RemoteException e) {
                read.fail(e);
            } catch (RuntimeException | Error e) {
                read.fail(RemoteException.invalid("its reply could not be read: " + e));
            }
        });
        return read.future();
    }

    @Override
    public Future<InferReply> reply() {
        return reply;
    }

    @Override
    public void cancel(RemoteException why) {
        exchange.cancel(why);
    }
}
