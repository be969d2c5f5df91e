package ai.ultrathink.understudy.storage.outcomes;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the market made of one prediction, or of all predictions of a symbol in a range of time.
 *
 * @param place the index in the caller's list
 * @param of what it belongs to
 * @param value a return as a fraction
 * @param observedAt when it was observed, or null if the caller does not say
 * @param revision a higher one replaces a lower one
 */
public record RealisedOutcome(
        int place, Subject of, double value, @Nullable Instant observedAt, int revision) {

    /** What an outcome belongs to. */
    public sealed interface Subject {

        /** One request, in every experiment that has it. */
        record Request(String requestId) implements Subject {}

        /** All predictions of a symbol whose time lies in {@code [from, to)}. */
        record Range(String symbol, Instant from, Instant to) implements Subject {}
    }
}
