package ai.ultrathink.understudy.storage.outcomes;

import ai.ultrathink.understudy.storage.db.DatabaseAwayException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs pieces of work one after the other. The database takes one batch of outcomes at a time, so more at once would only hold
 * connections that results and polls need.
 */
final class OneAtATime {

    private final int most;
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean busy;

    /** @param most the number of pieces that may wait; more are refused */
    OneAtATime(int most) {
        this.most = most;
    }

    /** The result of the work when its turn has come; a caller that hangs up does not stop it. */
    <T> Uni<T> run(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            if (enqueued(() -> start(work, emitter))) {
                return;
            }
            emitter.fail(new DatabaseAwayException(most + " batches of outcomes are waiting already"));
        });
    }

    private <T> void start(Supplier<Uni<T>> work, UniEmitter<? super T> emitter) {
        Uni.createFrom()
                .<T>deferred(work::get)
                .onTermination()
                .invoke(this::next)
                .subscribe()
                .with(emitter::complete, emitter::fail);
    }

    private boolean enqueued(Runnable piece) {
        synchronized (queue) {
            if (busy && queue.size() >= most) {
                return false;
            }
            if (busy) {
                queue.add(piece);
                return true;
            }
            busy = true;
        }
        piece.run();
        return true;
    }

    private void next() {
        Runnable piece = taken();
        if (piece != null) {
            piece.run();
        }
    }

    private @Nullable Runnable taken() {
        synchronized (queue) {
            Runnable piece = queue.poll();
            busy = piece != null;
            return piece;
        }
    }
}
