package ai.ultrathink.understudy.storage;

import ai.ultrathink.understudy.experiment.Experiment;

/** What became of an attempt to change a test. */
public sealed interface Edit {

    /** The change is in the database, with its event. */
    record Done(Experiment after) implements Edit {}

    /** The test already was as asked; nothing was written. */
    record Unchanged(Experiment now) implements Edit {}

    /** There is no such test. */
    record Missing(String testId) implements Edit {}

    /** The change would contradict what is there. */
    record Conflict(String why) implements Edit {}
}
