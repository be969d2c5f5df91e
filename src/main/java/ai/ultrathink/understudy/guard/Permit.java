package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Outcome;

/** Permission to use a treatment for one request. It must be ended, and ends once: later calls do nothing. */
public interface Permit {

    /** Ends the permit with the treatment's outcome. */
    void conclude(Outcome outcome);

    /** Ends the permit without an outcome, because the request was shed or cancelled. */
    void cancel();
}
