package ai.ultrathink.understudy.change;

import ai.ultrathink.understudy.experiment.Experiment;

/** Result of an attempt to change an experiment. */
public sealed interface EditResult {

    /** The change is in the database, with its event. */
    record Done(Experiment after) implements EditResult {}

    /** The experiment already was as requested; nothing was written. */
    record Unchanged(Experiment now) implements EditResult {}

    /** There is no such experiment. */
    record Missing(String testId) implements EditResult {}

    /** The change conflicts with the present state. */
    record Conflict(String why) implements EditResult {}

    /** Nothing is changed yet: a second person has to approve it. */
    record Awaiting(ApprovalRecord approval) implements EditResult {}
}
