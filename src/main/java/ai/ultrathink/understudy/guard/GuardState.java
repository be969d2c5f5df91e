package ai.ultrathink.understudy.guard;

/**
 * What a guard knows. Immutable: the methods of the three kinds are the only ways from one to the next, and are told the
 * time.
 */
sealed interface GuardState permits Closed, Open, HalfOpen {

    /** Grows with each change of kind. What was permitted in an earlier term says nothing in a later one. */
    long term();

    /** For people and metrics. */
    GuardStatus status();

    /** The treatment's probe failed: open, until {@link Open#released()}. */
    Open held(String reason, long nowNanos);
}
