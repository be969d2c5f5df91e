package ai.ultrathink.understudy.http.identity;

import ai.ultrathink.understudy.experiment.TimeSource;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Attempts to reach the identity provider: one at a time, which all requests wait for, bounded, with a pause after each. */
final class ConnectionAttempts {

    private static final Duration WITHIN = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final TimeSource time;
    private final BooleanSupplier isThere;

    private @Nullable Uni<Boolean> attempt;
    private long nextAttempt;

    /** @param isThere whether an attempt has succeeded */
    ConnectionAttempts(TimeSource time, BooleanSupplier isThere) {
        this.time = time;
        this.isThere = isThere;
        this.nextAttempt = time.nanoTime();
    }

    /**
     * Says whether the provider is there. Attempts it unless that was done a moment ago.
     *
     * @param way the attempt, of which only the end counts
     * @param ended told how it ended
     */
    synchronized Uni<Boolean> connect(Supplier<Uni<?>> way, Consumer<Boolean> ended) {
        if (attempt == null) {
            if (isThere.getAsBoolean() || time.nanoTime() - nextAttempt < 0) {
                return Uni.createFrom().item(isThere.getAsBoolean());
            }
            attempt = way.get()
                    .ifNoItem()
                    .after(WITHIN)
                    .fail()
                    .onItemOrFailure()
                    .transform((item, failure) -> isThere.getAsBoolean())
                    .invoke(there -> {
                        end();
                        ended.accept(there);
                    })
                    .memoize()
                    .indefinitely();
        }
        return attempt;
    }

    private synchronized void end() {
        attempt = null;
        nextAttempt = time.nanoTime() + PAUSE.toNanos();
    }
}
