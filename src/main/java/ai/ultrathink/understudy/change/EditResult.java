package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.Experiment;

/** What became of an attempt to change a test. */
public sealed interface EditResult {

    /** The change is in the database, with its event. */
    record Done(Experiment after) implements EditResult {}

    /** The test already was as asked; nothing was written. */
    record Unchanged(Experiment now) implements EditResult {}

    /** There is no such test. */
    record Missing(String testId) implements EditResult {}

    /** The change would contradict what is there. */
    record Conflict(String why) implements EditResult {}
}
