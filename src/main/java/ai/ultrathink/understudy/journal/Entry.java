package ai.ultrathink.understudy.journal;

import ai.ultrathink.understudy.outcome.Observation;
import ai.ultrathink.understudy.outcome.Outcome;
import java.util.UUID;

/** What the journal keeps. A shadow's answer leaves before its treatment is done, so it makes two entries. */
sealed interface Entry {

    /** An observation of which everything is known. */
    record Whole(Observation observation) implements Entry {}

    /** An observation whose caller has the answer while treatment still runs. */
    record Opened(Observation observation) implements Entry {}

    /** What became of the treatment of an opened observation. */
    record Closed(UUID rowId, Outcome treatment) implements Entry {}
}
