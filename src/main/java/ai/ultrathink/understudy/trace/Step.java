package ai.ultrathink.understudy.trace;

import java.util.Locale;

/** A part of a prediction that has a span of its own. */
public enum Step {
    /** Reading the body. */
    DECODE,
    /** Finding the experiment, the group and the models. */
    ROUTE,
    /** Waiting for a model. */
    QUEUE,
    /** The pass through the network, or the call of the server that answers for the model. */
    FORWARD,
    /** Writing the observation into the journal. */
    JOURNAL,
    /** A call of the database, with the wait for a connection. */
    DATABASE,
    /** Storing the row in the database, after the answer. */
    STORE;

    private final String spanName = name().toLowerCase(Locale.ROOT);

    String spanName() {
        return spanName;
    }
}
