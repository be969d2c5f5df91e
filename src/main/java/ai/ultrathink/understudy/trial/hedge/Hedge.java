package ai.ultrathink.understudy.trial.hedge;

import ai.ultrathink.understudy.outcome.Outcome;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Control, asked in case the treatment does not answer: after a delay, or at once when it is needed. A hedged request as in
 * Dean and Barroso, The Tail at Scale (2013), but the first answer does not win: control's is used only if there is no other.
 */
public final class Hedge {

    private final Uni<Outcome> control;
    private final Cancellable timer;
    private @Nullable CompletableFuture<Outcome> asked;
    private boolean over;

    public Hedge(Uni<Outcome> control, Duration delay, Timers timers) {
        this.control = control;
        this.timer = timers.after(delay, this::start);
    }

    /** Control's outcome; control is asked now unless it was before. */
    public Uni<Outcome> needed() {
        return Uni.createFrom().completionStage(this::ask);
    }

    private void start() {
        // kept in the field until it is needed
        var unused = ask();
    }

    private synchronized CompletableFuture<Outcome> ask() {
        if (asked == null) {
            asked = over ? new CompletableFuture<>() : control.subscribeAsCompletionStage();
        }
        return asked;
    }

    /** Control is not needed any more; if it waits for a thread, it gives its place back. */
    public void end() {
        timer.cancel();
        CompletableFuture<Outcome> running;
        synchronized (this) {
            over = true;
            running = asked;
        }
        if (running != null) {
            running.cancel(false);
        }
    }
}
