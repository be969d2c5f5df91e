package ai.ultrathink.understudy.inference;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * When folders are loaded again whose server could not answer for their model: after 5 s, and each time after twice as long, up to a
 * minute. Models that answer are not concerned: whether another version replaces them is decided by a reload.
 */
final class RemoteRetries {

    private static final long FIRST_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<String, Failure> failures = new ConcurrentHashMap<>();

    private record Failure(String reason, long pauseNanos, long sinceNanos) {
        boolean due(long nowNanos) {
            return nowNanos - sinceNanos >= pauseNanos;
        }
    }

    /**
     * Notes that a folder did not load.
     *
     * @return whether the reason is another one than before
     */
    boolean failed(String name, String reason, long nowNanos) {
        Failure before = failures.get(name);
        long pause = before == null ? FIRST_NANOS : Math.min(2 * before.pauseNanos, LONGEST_NANOS);
        failures.put(name, new Failure(reason, pause, nowNanos));
        return before == null || !before.reason.equals(reason);
    }

    /** Notes that a folder has loaded, or fails for a reason that time does not change. */
    void settled(String name) {
        failures.remove(name);
    }

    /** Forgets folders that are gone. */
    void keep(Collection<String> names) {
        failures.keySet().retainAll(names);
    }

    /** The folders whose time has come; cheap if there are none. */
    Set<String> due(long nowNanos) {
        return failures.isEmpty()
                ? Set.of()
                : failures.entrySet().stream()
                        .filter(failure -> failure.getValue().due(nowNanos))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet());
    }
}
