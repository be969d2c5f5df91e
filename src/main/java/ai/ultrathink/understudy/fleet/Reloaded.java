package ai.ultrathink.understudy.fleet;

/** Result of a request to reload the models. */
public sealed interface Reloaded {

    /** No folder has a new version that loads. */
    record Unchanged() implements Reloaded {}

    /** There is no other replica, and the changed models serve. */
    record Done() implements Reloaded {}

    /** The replicas are loading. */
    record Underway(ReloadStatus status) implements Reloaded {}
}
