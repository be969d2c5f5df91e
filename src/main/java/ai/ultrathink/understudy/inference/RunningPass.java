package ai.ultrathink.understudy.inference;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Calls that run in one pass. Deadlines still apply to them. */
final class RunningPass {

    private final List<PendingCall> calls;
    private final long beganNanos;
    private final @Nullable Runnable whenUnwanted;
    private final AtomicBoolean told = new AtomicBoolean();

    /** @param whenUnwanted called once, when no call waits for the pass any longer; null if the pass cannot be ended */
    RunningPass(List<PendingCall> calls, long beganNanos, @Nullable Runnable whenUnwanted) {
        this.calls = List.copyOf(calls);
        this.beganNanos = beganNanos;
        this.whenUnwanted = whenUnwanted;
    }

    List<PendingCall> calls() {
        return calls;
    }

    /** Whether it can be ended before it has an answer. */
    boolean canEnd() {
        return whenUnwanted != null;
    }

    long lastedNanos(long nowNanos) {
        return nowNanos - beganNanos;
    }

    void expire(long nowNanos) {
        for (PendingCall call : calls) {
            call.expire(nowNanos, lastedNanos(nowNanos));
        }
        if (whenUnwanted != null && calls.stream().allMatch(PendingCall::ended) && told.compareAndSet(false, true)) {
            whenUnwanted.run();
        }
    }
}
