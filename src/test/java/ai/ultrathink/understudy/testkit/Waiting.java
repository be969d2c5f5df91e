package ai.ultrathink.understudy.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits for what happens soon, and long enough for a machine whose cores are wanted by others. */
public final class Waiting {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Waiting() {}

    /** {@link Awaitility#await()}, which gives up after a minute instead of ten seconds. */
    public static ConditionFactory await() {
        return Awaitility.await().atMost(LONGEST);
    }

    /** As above, with what is waited for. */
    public static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(LONGEST);
    }
}
