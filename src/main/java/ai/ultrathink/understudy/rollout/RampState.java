package ai.ultrathink.understudy.rollout;

/**
 * Where a ramp stands. Immutable: the methods of the records are the only ways from one to the next, and are told the time.
 * What has ended has none.
 */
sealed interface RampState permits Ongoing, Finished, Aborted {

    /** The name in JSON. */
    String wireName();

    /** The stage that the ramp is in, or was in when it ended. */
    Stage stage();
}
