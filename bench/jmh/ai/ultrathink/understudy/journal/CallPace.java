package ai.ultrathink.understudy.journal;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One call every 20 microseconds, outside of what is measured. In a tight loop a journal fills faster than anybody empties it,
 * and refusing is not what shall be measured.
 */
@State(Scope.Thread)
public class CallPace {

    private static final long NANOS = 20_000;

    private long last;

    @Setup(Level.Invocation)
    public void await() {
        while (System.nanoTime() - last < NANOS) {
            Thread.onSpinWait();
        }
        last = System.nanoTime();
    }
}
