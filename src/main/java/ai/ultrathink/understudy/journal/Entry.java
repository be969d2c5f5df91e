package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import java.util.UUID;

/**
 * Entry of the journal. If both models run, the answer leaves before the second model is done, so there are two
 * entries.
 */
sealed interface Entry {

    /** A complete observation. */
    record Whole(Observation observation) implements Entry {}

    /** An observation whose caller has the answer while the second model is still running. */
    record Opened(Observation observation) implements Entry {}

    /** The outcome of the second model of an opened observation: in a shadow treatment, in a split either model. */
    record Closed(UUID rowId, Variant second, Outcome outcome) implements Entry {}
}
