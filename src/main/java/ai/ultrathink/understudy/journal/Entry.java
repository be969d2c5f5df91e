package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.experiment.Variant;
import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import java.util.UUID;

/** What the journal keeps. Where both models run, an answer leaves before the second is done, so that makes two entries. */
sealed interface Entry {

    /** An observation of which everything is known. */
    record Whole(Observation observation) implements Entry {}

    /** An observation whose caller has the answer while the second model still runs. */
    record Opened(Observation observation) implements Entry {}

    /** What became of the second model of an opened observation, which in a shadow is treatment and in a split may be either. */
    record Closed(UUID rowId, Variant second, Outcome outcome) implements Entry {}
}
