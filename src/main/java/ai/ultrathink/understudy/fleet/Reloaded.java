package ai.ultrathink.understudy.fleet;

/** What has come of a request to read the models again. */
public sealed interface Reloaded {

    /** No folder has another version than the one that serves, or none that loads. */
    record Unchanged() implements Reloaded {}

    /** There is no other replica, and what has changed serves. */
    record Done() implements Reloaded {}

    /** The replicas are at it. */
    record Underway(ReloadStatus status) implements Reloaded {}
}
