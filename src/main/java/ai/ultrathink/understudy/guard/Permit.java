package ai.ultrathink.understudy.guard;

import ai.ultrathink.understudy.outcome.Outcome;

/** The use of a treatment for one request. Must be ended; ends once, whatever is called after that does nothing. */
public interface Permit {

    /** Says what the treatment did. */
    void conclude(Outcome outcome);

    /** Nobody learned anything about the treatment: the request was shed or cancelled. */
    void cancel();
}
